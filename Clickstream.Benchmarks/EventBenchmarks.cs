using System.Text;
using BenchmarkDotNet.Attributes;
using Clickstream.Core.Events;
using Clickstream.Core.Partitioning;

namespace Clickstream.Benchmarks;

/// <summary>What is done to every single event, in nanoseconds an event. Nothing here may allocate.</summary>
[MemoryDiagnoser]
public class EventBenchmarks
{
    const int Count = 1000;

    readonly ClickEvent[] _events = [.. RetailGenerator.Generate(Count, seed: 1)];
    readonly byte[][] _canonical = new byte[Count][];
    readonly byte[][] _general = new byte[Count][];
    readonly byte[][] _rows = new byte[Count][];
    readonly byte[] _buffer = new byte[EventJson.MaxLength];

    [GlobalSetup]
    public void Encode()
    {
        for (var i = 0; i < Count; i++)
        {
            var e = _events[i];
            _canonical[i] = _buffer[..EventJson.Write(e, _buffer)];
            // As another producer may write it: another order, white space, a member that we do not know.
            var type = Encoding.ASCII.GetString(EventTypes.Name(e.Type));
            _general[i] = Encoding.UTF8.GetBytes(
                $$"""{"event": "{{type}}", "visitor_id": {{e.VisitorId}}, "item_id": {{e.ItemId}}"""
                + $$""", "timestamp": {{e.Timestamp}}, "source": "kcat"}""");
            _rows[i] = _buffer[..(EventCsv.WriteRow(e, _buffer) - 1)];
        }
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public long ParseJsonCanonical()
    {
        var sum = 0L;
        foreach (var value in _canonical)
            sum += EventJson.TryParse(value, out var e, out _) ? e.ItemId : throw new InvalidOperationException();
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public long ParseJsonGeneral()
    {
        var sum = 0L;
        foreach (var value in _general)
            sum += EventJson.TryParse(value, out var e, out _) ? e.ItemId : throw new InvalidOperationException();
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int WriteJson()
    {
        var bytes = 0;
        foreach (ref readonly var e in _events.AsSpan())
            bytes += EventJson.Write(e, _buffer);
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public long ParseCsvRow()
    {
        var sum = 0L;
        foreach (var row in _rows)
            sum += EventCsv.TryParseRow(row, out var e, out _) ? e.ItemId : throw new InvalidOperationException();
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int WriteCsvRow()
    {
        var bytes = 0;
        foreach (ref readonly var e in _events.AsSpan())
            bytes += EventCsv.WriteRow(e, _buffer);
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int HomePartition()
    {
        var sum = 0;
        foreach (ref readonly var e in _events.AsSpan())
            sum += Murmur2.HomePartition(e.VisitorId, 6);
        return sum;
    }
}
