using System.Globalization;

namespace Clickstream.Consumer.Telemetry;

/// <summary>
/// What the process came to, said once when it stops: how many records it stored, and when it was ready, read its first record and
/// committed its last batch. Whoever measures needs these moments as the process itself saw them, to the microsecond.
/// </summary>
sealed class RunSummary(TimeProvider time)
{
    readonly Lock _lock = new();
    DateTimeOffset? _ready;
    DateTimeOffset? _firstRead;
    DateTimeOffset? _lastCommit;
    long _stored;
    bool _hasRead;

    /// <summary>Schema and topic are there.</summary>
    public void Ready()
    {
        lock (_lock)
            _ready ??= time.GetUtcNow();
    }

    /// <summary>A record was read: only the first one costs more than a look. On the poll thread.</summary>
    public void RecordRead()
    {
        if (!_hasRead)
            FirstRecordRead();
    }

    /// <summary>A transaction has committed.</summary>
    /// <param name="records">Records that were settled in it, by whatever became of them.</param>
    public void BatchStored(long records)
    {
        lock (_lock)
        {
            _stored += records;
            _lastCommit = time.GetUtcNow();
        }
    }

    public void Log(ILogger logger)
    {
        lock (_lock)
            logger.Summary(_stored, Text(_ready), Text(_firstRead), Text(_lastCommit));
    }

    void FirstRecordRead()
    {
        _hasRead = true;
        lock (_lock)
            _firstRead ??= time.GetUtcNow();
    }

    static string Text(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture) ?? "never";
}
