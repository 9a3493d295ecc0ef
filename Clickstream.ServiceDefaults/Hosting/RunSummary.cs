using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// What a worker's process came to, said once when it stops: how many records it stored, and when it was ready, read its first record
/// and had stored its last batch. Whoever measures needs these moments as the process itself saw them, to the microsecond.
/// </summary>
public sealed class RunSummary(TimeProvider time)
{
    readonly Lock _lock = new();
    DateTimeOffset? _ready;
    DateTimeOffset? _firstRead;
    DateTimeOffset? _lastStored;
    long _stored;
    bool _hasRead;

    /// <summary>What it needs is there.</summary>
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

    /// <summary>A batch is stored for good.</summary>
    /// <param name="records">Records that were settled in it, by whatever became of them.</param>
    public void BatchStored(long records)
    {
        lock (_lock)
        {
            _stored += records;
            _lastStored = time.GetUtcNow();
        }
    }

    /// <summary>Says it: <c>stored 12 records: ready ..., first read ..., last stored ...</c>.</summary>
    public void Log(ILogger logger)
    {
        lock (_lock)
            ServiceLog.Summary(logger, _stored, Text(_ready), Text(_firstRead), Text(_lastStored));
    }

    void FirstRecordRead()
    {
        _hasRead = true;
        lock (_lock)
            _firstRead ??= time.GetUtcNow();
    }

    static string Text(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture) ?? "never";
}
