using System.Collections.Concurrent;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// What the last operation on a document left. <paramref name="Location"/>: Where its source is, as long as no search can see it.
/// <paramref name="At"/>: When it was, in ticks of the environment; of deletions.
/// </summary>
readonly record struct DocumentVersion(long Version, long SeqNo, bool IsDeleted, TranslogLocation Location = default, long At = 0);

/// <summary>
/// The documents that were written since the last refresh, which a search does not see yet, and those that were deleted within the last
/// minute: a late operation of an older version must not bring them back.
/// </summary>
sealed class VersionMap
{
    /// <summary>As OpenSearch's <c>index.gc_deletes</c>.</summary>
    public static readonly TimeSpan DeletionsKept = TimeSpan.FromSeconds(60);

    readonly ConcurrentDictionary<string, DocumentVersion> _deletions = new(StringComparer.Ordinal);
    volatile ConcurrentDictionary<string, DocumentVersion> _current = new(StringComparer.Ordinal);
    volatile ConcurrentDictionary<string, DocumentVersion>? _refreshing;
    int _count;

    /// <summary>About how many documents wait for a refresh.</summary>
    public int Count => Volatile.Read(ref _count);

    public DocumentVersion? Find(string id) =>
        _current.TryGetValue(id, out var version)
        || _refreshing?.TryGetValue(id, out version) == true
        || _deletions.TryGetValue(id, out version)
            ? version
            : null;

    /// <summary>Call it after Lucene was given the operation: a refresh that begins in between then has it, and this entry is only more than needed.</summary>
    public void Set(string id, in DocumentVersion version)
    {
        _current[id] = version;
        Interlocked.Increment(ref _count);
        if (version.IsDeleted)
            _deletions[id] = version;
        else
            _deletions.TryRemove(id, out _);
    }

    /// <summary>What is set from here on is not part of the refresh that begins.</summary>
    public void BeginRefresh()
    {
        _refreshing = _current;
        _current = new(StringComparer.Ordinal);
        Volatile.Write(ref _count, 0);
    }

    /// <summary>Searches see now what was set before the refresh.</summary>
    public void EndRefresh()
    {
        _refreshing = null;
        var oldest = Environment.TickCount64 - (long)DeletionsKept.TotalMilliseconds;
        foreach (var deletion in _deletions)
        {
            if (deletion.Value.At < oldest)
                _deletions.TryRemove(deletion);
        }
    }
}
