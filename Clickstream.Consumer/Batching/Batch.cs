using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;
using Clickstream.ServiceDefaults;

namespace Clickstream.Consumer.Batching;

/// <summary>
/// Records of any of this process's partitions in order of arrival, and their bytes: what one transaction stores. Its arrays
/// are made once and used again.
/// </summary>
sealed class Batch(int capacity)
{
    /// <summary>A batch of few but huge records is full before its count is, so that memory stays bounded.</summary>
    const int MaxRawBytes = 32 * 1024 * 1024;

    readonly BatchRecord[] _records = new BatchRecord[capacity];
    byte[] _raw = new byte[64 * 1024];
    int _rawLength;

    public int Count { get; private set; }

    public bool IsFull => Count == _records.Length || _rawLength >= MaxRawBytes;

    /// <summary>The spans of those who sent some of the records.</summary>
    public TraceLinks Traces { get; } = new();

    public ref BatchRecord this[int index] => ref _records[index];

    public ReadOnlySpan<BatchRecord> Records => _records.AsSpan(0, Count);

    public void Add(Lane lane, long offset, in ClickEvent e, EventError error, in RawRecord raw)
    {
        var key = raw.Key;
        var value = raw.Value;
        Reserve(key.Length + value.Length);
        key.CopyTo(_raw.AsSpan(_rawLength));
        value.CopyTo(_raw.AsSpan(_rawLength + key.Length));
        _records[Count++] = new BatchRecord
        {
            Lane = lane,
            Offset = offset,
            Event = e,
            Error = error,
            RawStart = _rawLength,
            KeyLength = raw.KeyIsNull ? -1 : key.Length,
            ValueLength = raw.ValueIsNull ? -1 : value.Length,
        };
        _rawLength += key.Length + value.Length;
        Traces.Add(raw.Trace);
    }

    /// <summary>A copy of the record's key; null where it had none.</summary>
    public byte[]? Key(in BatchRecord record) =>
        record.KeyLength < 0 ? null : _raw.AsSpan(record.RawStart, record.KeyLength).ToArray();

    /// <summary>A copy of the record's value; null where it had none.</summary>
    public byte[]? Value(in BatchRecord record) =>
        record.ValueLength < 0 ? null : _raw.AsSpan(record.RawStart + Math.Max(record.KeyLength, 0), record.ValueLength).ToArray();

    public void Clear()
    {
        // The records hold lanes, which hold sessions: let go of them.
        Array.Clear(_records, 0, Count);
        Traces.Clear();
        Count = 0;
        _rawLength = 0;
    }

    void Reserve(int bytes)
    {
        if (_rawLength + bytes > _raw.Length)
            Array.Resize(ref _raw, Math.Max(_rawLength + bytes, _raw.Length * 2));
    }
}
