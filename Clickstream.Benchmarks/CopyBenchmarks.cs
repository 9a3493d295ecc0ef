using BenchmarkDotNet.Attributes;
using Clickstream.Consumer.Storage;
using Clickstream.Core.Events;
using Clickstream.Core.Sessions;

namespace Clickstream.Benchmarks;

/// <summary>Rows of binary COPY into a buffer that is used again, in nanoseconds a row. Nothing here may allocate.</summary>
[MemoryDiagnoser]
public class CopyBenchmarks
{
    const int Count = 10_000;
    const int SessionCount = 5_000;
    const long Timeout = 30 * 60_000;

    readonly ClickEvent[] _events = [.. RetailGenerator.Generate(Count, seed: 1)];
    readonly CopyBuffer _rows = new();
    Session[] _sessions = [];

    [GlobalSetup]
    public void Prepare()
    {
        var sessionizer = new Sessionizer(Timeout, 0);
        foreach (ref readonly var e in _events.AsSpan())
            sessionizer.Add(e);
        _sessions = [.. sessionizer.Changed.Take(SessionCount)];
        if (_sessions.Length < SessionCount)
            throw new InvalidOperationException($"only {_sessions.Length} sessions");
        // The buffer grows to its size once.
        EncodeEventRow();
        EncodeSessionRow();
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int EncodeEventRow()
    {
        _rows.Begin();
        foreach (ref readonly var e in _events.AsSpan())
            CopyRows.AppendEvent(_rows, e);
        return _rows.Written.Length;
    }

    [Benchmark(OperationsPerInvoke = SessionCount)]
    public int EncodeSessionRow()
    {
        _rows.Begin();
        foreach (var session in _sessions)
            CopyRows.AppendSession(_rows, session);
        return _rows.Written.Length;
    }
}
