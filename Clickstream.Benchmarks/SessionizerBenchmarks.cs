using BenchmarkDotNet.Attributes;
using Clickstream.Core.Events;
using Clickstream.Core.Sessions;

namespace Clickstream.Benchmarks;

/// <summary>A replay through the sessionizer in batches, each committed, in nanoseconds and bytes an event.</summary>
[MemoryDiagnoser]
public class SessionizerBenchmarks
{
    const int Count = 500_000;
    const int BatchSize = 10_000;
    const long Timeout = 30 * 60_000, Lateness = 60 * 60_000;

    readonly ClickEvent[] _events = [.. RetailGenerator.Generate(Count, seed: 1)];

    [Benchmark(OperationsPerInvoke = Count)]
    public int Sessionize()
    {
        var sessionizer = new Sessionizer(Timeout, 0);
        var changed = 0;
        for (var start = 0; start < Count; start += BatchSize)
        {
            var batch = _events.AsSpan(start, BatchSize);
            foreach (ref readonly var e in batch)
                sessionizer.Add(e);
            foreach (var session in sessionizer.Changed)
                changed += session.EventCount;
            sessionizer.Commit(batch[batch.Length / 2].Timestamp - Timeout - Lateness);
        }
        return changed;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public long Generate()
    {
        var sum = 0L;
        foreach (var e in RetailGenerator.Generate(Count, seed: 1))
            sum += e.VisitorId;
        return sum;
    }
}
