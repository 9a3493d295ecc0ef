using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Search;

[assembly: AssemblyFixture(typeof(RealOpenSearch))]

namespace Clickstream.Tests.Search;

/// <summary>The one OpenSearch that serves the whole test run, started by the first test that asks for it.</summary>
public sealed class RealOpenSearch : ISearchServer, IAsyncDisposable
{
    readonly SemaphoreSlim _starting = new(1, 1);
    readonly TempFolder _folder = new();
    RealOpenSearchProcess? _process;

    /// <summary>The server's address, or the test is skipped.</summary>
    public async Task<Uri> StartedAsync(CancellationToken cancellationToken)
    {
        RealOpenSearchProcess.SkipWithout();
        await _starting.WaitAsync(cancellationToken);
        try
        {
            _process ??= await RealOpenSearchProcess.StartAsync(_folder.Path, FreePort.Next());
            return _process.Uri;
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
