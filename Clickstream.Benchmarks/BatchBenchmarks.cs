using BenchmarkDotNet.Attributes;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;

namespace Clickstream.Benchmarks;

/// <summary>What the hand-over from reading to storing costs, in nanoseconds an event. Nothing here may allocate.</summary>
[MemoryDiagnoser]
public class BatchBenchmarks
{
    const int Count = 25_000;

    readonly ClickEvent[] _events = [.. RetailGenerator.Generate(Count, seed: 1)];
    readonly Batch _batch = new(Count);
    readonly IdentitySet _identities = new(Count);
    readonly Lane _lane = new(0);
    readonly byte[] _value = new byte[EventJson.MaxLength];

    [GlobalSetup]
    public int Fill()
    {
        _batch.Clear();
        for (var i = 0; i < Count; i++)
            _batch.Add(_lane, i, _events[i], EventError.None, new RawRecord("257597"u8, false, _value.AsSpan(0, 100), false));
        return _batch.Count;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int AddToBatch() => Fill();

    [Benchmark(OperationsPerInvoke = Count)]
    public int FindDuplicates()
    {
        _identities.Clear();
        var duplicates = 0;
        for (var i = 0; i < _batch.Count; i++)
        {
            if (!_identities.Add(_batch, i))
                duplicates++;
        }
        return duplicates;
    }
}
