using Clickstream.Core.Settings;

namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>
/// How many documents a bulk request holds: what the cluster takes. It halves when OpenSearch says that it is too much, and grows
/// by half with every request that it takes whole. One for all requests of the process, since the cluster is one.
/// </summary>
sealed class BulkSize(IndexerOptions options)
{
    const int First = 2_000;

    /// <summary>Below this, smaller requests are no relief.</summary>
    const int Least = 100;

    readonly Lock _lock = new();
    readonly int _least = Math.Min(Least, options.MaxBulkDocuments);
    int _current = Math.Min(First, options.MaxBulkDocuments);

    public int Current => Volatile.Read(ref _current);

    /// <summary>OpenSearch refused a request, or items of it, as too much.</summary>
    /// <param name="documents">
    /// How many it held: of two that were under way at the same time only one halves, and a much smaller one was refused for what others sent.
    /// </param>
    public void Refused(int documents)
    {
        lock (_lock)
        {
            if (documents * 2 >= _current)
                _current = Math.Clamp(documents / 2, _least, _current);
        }
    }

    /// <summary>OpenSearch took a request whole.</summary>
    /// <param name="documents">How many it held: a small one says nothing about larger ones.</param>
    public void Taken(int documents)
    {
        lock (_lock)
        {
            if (documents >= _current)
                _current = Math.Min(_current + (_current / 2) + 1, options.MaxBulkDocuments);
        }
    }
}
