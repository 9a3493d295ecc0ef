using System.Diagnostics;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// Records of any of this process's partitions in order of arrival, encoded as the bulk request that they will be: that is done as
/// they are read, while others are on their way.
/// </summary>
sealed class EventBatch(BulkSize size, IndexerOptions options) : IDisposable
{
    readonly List<RecordPlace> _documents = [];
    readonly List<(RecordPlace Place, EventError Error)> _poison = [];
    readonly List<BatchPart> _parts = [];

    public BulkBody Body { get; } = new();

    /// <summary>Records that are no events.</summary>
    public IReadOnlyList<(RecordPlace Place, EventError Error)> Poison => _poison;

    public IReadOnlyList<BatchPart> Parts => _parts;

    /// <summary>The spans of those who sent some of the records.</summary>
    public TraceLinks Traces { get; } = new();

    /// <summary>How many records.</summary>
    public int Count => _documents.Count + _poison.Count;

    public bool IsEmpty => _parts.Count == 0;

    public bool IsFull => Count >= size.Current || Body.Length >= options.MaxBulkBytes;

    /// <summary>Where the record of a document is.</summary>
    public RecordPlace PlaceOf(int document) => _documents[document];

    public void Add(PartitionProgress progress, long offset, in ClickEvent e, EventError error, ActivityContext trace)
    {
        Traces.Add(trace);
        PartOf(progress).End = offset + 1;
        var place = new RecordPlace(progress.Partition, offset);
        if (error != EventError.None)
        {
            _poison.Add((place, error));
            return;
        }
        Body.Advance(EventDocument.Write(e, Body.GetSpan(EventDocument.MaxLength)));
        Body.EndItem();
        _documents.Add(place);
    }

    public void Clear()
    {
        Body.Clear();
        _documents.Clear();
        _poison.Clear();
        _parts.Clear();
        Traces.Clear();
    }

    public void Dispose() => Body.Dispose();

    BatchPart PartOf(PartitionProgress progress)
    {
        // Few, and records come in runs of a partition: looking from the end is fast.
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            if (_parts[i].Owner == progress)
                return _parts[i];
        }
        var part = progress.Begin();
        _parts.Add(part);
        return part;
    }
}

/// <summary>Where a record is in the topic.</summary>
readonly record struct RecordPlace(int Partition, long Offset);
