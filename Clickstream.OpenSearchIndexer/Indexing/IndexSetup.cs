using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>Sees to templates and indices for all that index, one after the other; however long OpenSearch cannot be reached.</summary>
sealed class IndexSetup(SearchIndices indices, OpenSearchClient client, OpenSearchRetry retry, ILogger<IndexSetup> logger) : IDisposable
{
    readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits until the indices are there.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var index in await retry.RunAsync(indices.EnsureAsync, cancellationToken))
                logger.IndexMade(index);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until an index is there, and makes it where it is not.</summary>
    /// <returns>What tells it from another one of its name.</returns>
    public async Task<string> IdentifyAsync(string index, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await retry.RunAsync(token => client.IndexUuidAsync(index, token), cancellationToken) is { } uuid)
                return uuid;
            await EnsureAsync(cancellationToken);
        }
    }

    public void Dispose() => _turn.Dispose();
}
