using Clickstream.Core.Sessions;

namespace Clickstream.Consumer.Lanes;

/// <summary>
/// The work on one partition, from its assignment to its revocation: where it stands in PostgreSQL and the sessions that its next
/// events may touch. From its first record on only the storing loop of its queue uses its state; the poll thread opens it,
/// then knows it as a label on records, and closes it.
/// </summary>
sealed class Lane(int partition)
{
    volatile bool _isClosed;
    long _nextOffset = -1;

    public int Partition { get; } = partition;

    /// <summary>True once the partition is no longer ours, or is read anew from elsewhere: its records are passed over.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>As stored: a batch of another generation changes nothing.</summary>
    public long Generation { get; private set; }

    /// <summary>As stored: the next offset to store; null where none was stored yet.</summary>
    public long? NextOffset
    {
        // Read by metrics from another thread, so in one piece.
        get => Interlocked.Read(ref _nextOffset) is >= 0 and var offset ? offset : null;
        private set => Interlocked.Exchange(ref _nextOffset, value ?? -1);
    }

    /// <summary>As stored, Unix ms: only an event at or before this time can be a duplicate of a stored one.</summary>
    public long NewestEventTime { get; private set; }

    /// <summary>The latest event times, from which the horizon follows.</summary>
    public EventTimeWindow RecentTimes { get; private set; } = new();

    public Sessionizer Sessions { get; private set; } = new(0, 0);

    public void Close() => _isClosed = true;

    /// <summary>Takes on what is stored; what was in memory before is dropped.</summary>
    public void Restore(LaneState state)
    {
        Generation = state.Generation;
        NextOffset = state.NextOffset;
        NewestEventTime = state.NewestEventTime;
        RecentTimes = new EventTimeWindow();
        Sessions = state.Sessions;
    }

    /// <summary>To be called when a transaction with this lane's part of a batch has committed.</summary>
    public void Advance(long nextOffset, long newestEventTime, long horizon)
    {
        NextOffset = nextOffset;
        NewestEventTime = newestEventTime;
        Sessions.Commit(horizon);
    }
}

/// <summary>What PostgreSQL holds of a lane, read in one snapshot.</summary>
sealed record LaneState(int Partition, long Generation, long? NextOffset, long NewestEventTime, Sessionizer Sessions);
