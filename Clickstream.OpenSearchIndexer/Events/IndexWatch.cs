using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// Looks every few seconds whether the index is still the one that is being filled: bulk requests go to whatever has its name, and one
/// that was made anew lacks all that was indexed before.
/// </summary>
/// <param name="client">Whom to ask.</param>
/// <param name="index">Its name.</param>
/// <param name="uuid">What it was when its filling began.</param>
/// <param name="time">The clock.</param>
sealed class IndexWatch(OpenSearchClient client, string index, string uuid, TimeProvider time)
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(3);

    /// <summary>Looks again and again, until it is cancelled or the index has changed.</summary>
    /// <exception cref="IndexChangedException">It has.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(s_interval, time, cancellationToken);
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (Exception e) when (OpenSearchRetry.IsOpenSearchError(e))
            {
                // OpenSearch cannot be reached: that says nothing of the index.
            }
        }
    }

    /// <summary>Looks once.</summary>
    /// <exception cref="IndexChangedException">The index is gone, or another one.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = await client.IndexUuidAsync(index, cancellationToken)
            ?? throw new IndexChangedException($"index {index} was deleted");
        if (now != uuid)
            throw new IndexChangedException($"index {index} was deleted and made anew");
    }
}
