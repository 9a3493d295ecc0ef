namespace Clickstream.ServiceDefaults;

/// <summary>Work that goes on side by side until it is told to end; what fails ends the rest.</summary>
/// <param name="stop">Ends all of it.</param>
public sealed class TaskGroup(CancellationToken stop) : IDisposable
{
    readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stop);

    /// <summary>Cancelled when all is to end: somebody said so, or something has failed.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Runs something until <paramref name="end"/>: <see cref="Ending"/>, or an end of its own that may come later.</summary>
    /// <returns>Completed at an end that it was told of, failed by any other.</returns>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken end)
    {
        try
        {
            await work(end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        catch
        {
            await _ending.CancelAsync();
            throw;
        }
    }

    /// <summary>Tells all to end.</summary>
    public Task EndAsync() => _ending.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _ending.Dispose();
}
