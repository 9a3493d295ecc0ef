namespace Clickstream.Local.Search.Indexing;

/// <summary>What clients are told when an index cannot be written: to try again later.</summary>
static class EngineFailure
{
    const int NoSpaceLeft = 28;
    const int WindowsDiskFull = unchecked((int)0x80070070);

    public static SearchException From(Exception e) => IsDiskFull(e)
        ? new(429, "cluster_block_exception", "blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];")
        : new(503, "unavailable_shards_exception", $"the index cannot be written: {e.Message}");

    public static SearchException Failed() => new(503, "unavailable_shards_exception", "the index could not be written and is opened anew");

    static bool IsDiskFull(Exception? e) =>
        e is not null && ((e is IOException && e.HResult is NoSpaceLeft or WindowsDiskFull) || IsDiskFull(e.InnerException));
}
