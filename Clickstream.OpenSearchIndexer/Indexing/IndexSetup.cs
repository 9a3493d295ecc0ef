using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>Sees to templates and indices once, for all that index: whoever comes first does it, the others wait for it.</summary>
sealed class IndexSetup(SearchIndices indices, OpenSearchRetry retry, IHostApplicationLifetime lifetime, ILogger<IndexSetup> logger)
{
    readonly Lock _lock = new();
    Task<IReadOnlyList<string>>? _made;

    /// <summary>Waits until the indices are there, however long OpenSearch cannot be reached.</summary>
    /// <returns>Those that were made just now: whatever was indexed before is not in them.</returns>
    public Task<IReadOnlyList<string>> EnsureAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            _made ??= MakeAsync(lifetime.ApplicationStopping);
        return _made.WaitAsync(cancellationToken);
    }

    async Task<IReadOnlyList<string>> MakeAsync(CancellationToken cancellationToken)
    {
        var made = await retry.RunAsync(indices.EnsureAsync, cancellationToken);
        foreach (var index in made)
            logger.IndexMade(index);
        return made;
    }
}
