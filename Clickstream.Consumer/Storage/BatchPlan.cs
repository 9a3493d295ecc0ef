using System.Runtime.InteropServices;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;

namespace Clickstream.Consumer.Storage;

/// <summary>A lane's part of a transaction: from where to where its row moves. Times are Unix ms.</summary>
struct LanePart
{
    public required Lane Lane;
    public required long NextOffset;
    public required long NewestEventTime;
    public required long Horizon;
}

/// <summary>
/// What is to be done with a range of a batch's records, sorted by kind, before the database is asked anything. Records of closed
/// lanes and those that are stored already are passed over; of events that come twice in the range the first counts.
/// </summary>
sealed class BatchPlan(ConsumerOptions consumer, SessionsOptions sessions)
{
    readonly long _horizonDistance = (long)(sessions.Timeout + consumer.AllowedLateness).TotalMilliseconds;
    readonly IdentitySet _identities = new(consumer.MaxBatchSize);
    readonly Dictionary<Lane, int> _partOf = [];
    readonly List<LanePart> _parts = [];
    readonly List<int> _fresh = [];
    readonly List<int> _late = [];
    readonly List<int> _deadLetters = [];
    readonly List<int> _strays = [];

    /// <summary>The longest gap inside a session.</summary>
    public TimeSpan SessionTimeout => sessions.Timeout;

    public Batch Batch { get; private set; } = new(0);

    /// <summary>In order of partition, so that two batches lock their rows in the same order.</summary>
    public List<LanePart> Parts => _parts;

    /// <summary>Indexes of distinct events that are later than all that their lanes have stored: certainly new.</summary>
    public List<int> Fresh => _fresh;

    /// <summary>Indexes of distinct events that may be stored already.</summary>
    public List<int> Late => _late;

    /// <summary>Indexes of records that are not valid events.</summary>
    public List<int> DeadLetters => _deadLetters;

    /// <summary>Indexes of records that must be sent on to another partition before their lanes move past them.</summary>
    public List<int> Strays => _strays;

    /// <summary>How many events come a second time in the range.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Makes the plan for the records from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="start">Index of the first record.</param>
    /// <param name="end">Index behind the last record.</param>
    /// <param name="trustNothing">Treat every event as one that may be stored already.</param>
    public void Make(Batch batch, int start, int end, bool trustNothing)
    {
        Batch = batch;
        _identities.Clear();
        _partOf.Clear();
        _parts.Clear();
        _fresh.Clear();
        _late.Clear();
        _deadLetters.Clear();
        _strays.Clear();
        Duplicates = 0;

        Lane? lane = null;
        var part = -1;
        for (var i = start; i < end; i++)
        {
            ref readonly var record = ref batch[i];
            if (record.Lane.IsClosed || record.Offset < record.Lane.NextOffset)
                continue;
            if (record.Lane != lane)
                part = PartOf(lane = record.Lane);
            Plan(i, record, ref CollectionsMarshal.AsSpan(_parts)[part], trustNothing);
        }

        _parts.Sort(static (a, b) => a.Lane.Partition.CompareTo(b.Lane.Partition));
        foreach (ref var planned in CollectionsMarshal.AsSpan(_parts))
        {
            if (planned.Lane.RecentTimes.Median() is { } median)
                planned.Horizon = Math.Max(planned.Horizon, median - _horizonDistance);
        }
    }

    /// <summary>The index of the planned event with this identity; -1 where there is none.</summary>
    public int IndexOf(in ClickEvent e) => _identities.IndexOf(Batch, e);

    void Plan(int index, in BatchRecord record, ref LanePart part, bool trustNothing)
    {
        part.NextOffset = record.Offset + 1;
        if (record.Error != EventError.None)
        {
            if (record.Error != EventError.AwayFromHome)
                _deadLetters.Add(index);
            else if (!record.IsForwarded)
                _strays.Add(index);
            return;
        }
        var timestamp = record.Event.Timestamp;
        part.Lane.RecentTimes.Add(timestamp);
        part.NewestEventTime = Math.Max(part.NewestEventTime, timestamp);
        if (!_identities.Add(Batch, index))
            Duplicates++;
        else if (trustNothing || timestamp <= part.Lane.NewestEventTime)
            _late.Add(index);
        else
            _fresh.Add(index);
    }

    int PartOf(Lane lane)
    {
        if (!_partOf.TryGetValue(lane, out var part))
        {
            _partOf.Add(lane, part = _parts.Count);
            _parts.Add(new LanePart
            {
                Lane = lane,
                NextOffset = 0,
                NewestEventTime = lane.NewestEventTime,
                Horizon = lane.Sessions.Horizon,
            });
        }
        return part;
    }
}
