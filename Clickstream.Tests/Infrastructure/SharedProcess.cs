namespace Clickstream.Tests.Infrastructure;

/// <summary>A server that serves the whole test run, on a folder of its own, started by the first test that asks for it.</summary>
/// <param name="start">Starts it on a folder.</param>
sealed class SharedProcess<T>(Func<string, Task<T>> start) : IAsyncDisposable
    where T : class, IAsyncDisposable
{
    readonly SemaphoreSlim _starting = new(1, 1);
    readonly TempFolder _folder = new();
    T? _process;

    /// <summary>The running process. A start that failed is tried again by the next test.</summary>
    public async Task<T> StartedAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            return _process ??= await start(_folder.Path);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
        _starting.Dispose();
    }
}
