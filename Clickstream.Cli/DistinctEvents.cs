using Clickstream.Core.Events;

namespace Clickstream.Cli;

/// <summary>
/// Counts the distinct events of a generated file as they go by. Events are sorted by time there, so those of the current
/// millisecond are all that an event can be a duplicate of.
/// </summary>
sealed class DistinctEvents
{
    readonly List<ClickEvent> _sameTime = [];

    public long Count { get; private set; }

    public void Add(in ClickEvent e)
    {
        if (_sameTime.Count > 0 && _sameTime[0].Timestamp != e.Timestamp)
            _sameTime.Clear();
        foreach (var other in _sameTime)
        {
            if (e.HasSameIdentity(other))
                return;
        }
        _sameTime.Add(e);
        Count++;
    }
}
