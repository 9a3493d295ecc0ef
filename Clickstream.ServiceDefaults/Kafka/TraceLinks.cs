using System.Diagnostics;

namespace Clickstream.ServiceDefaults;

/// <summary>The spans of those who sent some of a batch's records, for the batch's own span to link to.</summary>
public sealed class TraceLinks
{
    // One a partition and second is what our producers send; a foreign one may send them all.
    const int Most = 128;

    readonly List<ActivityContext> _traces = [];

    /// <summary>Adds what a record carries, which may be nothing.</summary>
    public void Add(in ActivityContext trace)
    {
        if (trace != default && _traces.Count < Most)
            _traces.Add(trace);
    }

    /// <summary>Forgets them, for the next batch.</summary>
    public void Clear() => _traces.Clear();

    /// <summary>What a span is begun with.</summary>
    public IEnumerable<ActivityLink> ToLinks() => _traces.Select(static trace => new ActivityLink(trace));
}
