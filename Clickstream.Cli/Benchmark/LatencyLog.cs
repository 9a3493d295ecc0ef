using System.Diagnostics;

namespace Clickstream.Cli.Benchmark;

/// <summary>How many events were on their way when it was looked.</summary>
/// <param name="At">When, as <see cref="Stopwatch.GetTimestamp"/> has it.</param>
/// <param name="Lag">Events sent and not yet visible.</param>
readonly record struct LagSample(long At, long Lag);

/// <summary>
/// Knows of each event when it was sent, and finds how long it took when its offset is seen committed. The topic is new and has one
/// idempotent producer, so the offsets of a partition count from 0 in the order of the produce calls.
/// </summary>
/// <param name="partitions">Partitions of the topic.</param>
sealed class LatencyLog(int partitions)
{
    readonly Lock _lock = new();
    readonly Queue<long>[] _sent = [.. Enumerable.Range(0, partitions).Select(static _ => new Queue<long>())];
    readonly long[] _nextOffsets = new long[partitions];
    readonly List<double> _latencies = [];
    readonly List<LagSample> _lags = [];
    long _lag;
    long _visible;

    /// <summary>Whether all that was sent is visible.</summary>
    public bool IsAllVisible
    {
        get
        {
            lock (_lock)
                return _lag == 0;
        }
    }

    /// <summary>Events that are visible.</summary>
    public long VisibleCount => Interlocked.Read(ref _visible);

    /// <summary>An event is sent now.</summary>
    public void Sent(int partition)
    {
        lock (_lock)
        {
            _sent[partition].Enqueue(Stopwatch.GetTimestamp());
            _lag++;
        }
    }

    /// <summary>Offsets were seen committed.</summary>
    /// <param name="nextOffsets">The next offset to be stored, by partition; 0 where none is.</param>
    /// <param name="at">When.</param>
    public void Seen(ReadOnlySpan<long> nextOffsets, long at)
    {
        lock (_lock)
        {
            var before = _latencies.Count;
            for (var partition = 0; partition < nextOffsets.Length; partition++)
            {
                for (; _nextOffsets[partition] < nextOffsets[partition]; _nextOffsets[partition]++)
                    _latencies.Add(Stopwatch.GetElapsedTime(_sent[partition].Dequeue(), at).TotalMilliseconds);
            }
            _lag -= _latencies.Count - before;
            _visible += _latencies.Count - before;
            _lags.Add(new(at, _lag));
        }
    }

    /// <summary>What was measured since this was asked last: latencies in milliseconds, and the lag at each look.</summary>
    public (double[] Latencies, LagSample[] Lags) Take()
    {
        lock (_lock)
        {
            var taken = (_latencies.ToArray(), _lags.ToArray());
            _latencies.Clear();
            _lags.Clear();
            return taken;
        }
    }
}
