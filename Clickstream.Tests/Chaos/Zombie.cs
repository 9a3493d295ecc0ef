using System.Diagnostics;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.Chaos;

/// <summary>
/// A consumer that was frozen at a moment of a transaction, for so long that its partitions go to others. Its batch must be stored
/// before its heir's first or never, and nobody must wait long for it.
/// </summary>
sealed class Zombie : IAsyncDisposable
{
    /// <summary>For two seconds an heir waits for a frozen holder of its rows; the rest is for a busy machine.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    readonly CaughtConnection _caught;
    readonly PipelineHarness _pipeline;
    readonly Dictionary<int, long> _stored;
    readonly Func<IEnumerable<Member>> _others;
    readonly CancellationTokenSource _awake = new();
    readonly Task<TimeSpan> _watch;
    bool _hasHeirs;

    Zombie(Member member, CaughtConnection caught, PipelineHarness pipeline, Dictionary<int, long> stored, Func<IEnumerable<Member>> others)
    {
        Member = member;
        _caught = caught;
        _pipeline = pipeline;
        _stored = stored;
        _others = others;
        _watch = WatchAsync();
    }

    public Member Member { get; }

    /// <summary>Freezes the consumer whose connection was caught; the others are those that run at a time and are not to wait for it.</summary>
    public static async Task<Zombie> FreezeAsync(
        Member member, CaughtConnection caught, PipelineHarness pipeline, Func<IEnumerable<Member>> others, CancellationToken cancellationToken)
    {
        member.Freeze();
        var partitions = member.Partitions;
        var stored = await pipeline.StoredByPartitionAsync(cancellationToken);
        return new(member, caught, pipeline, stored.Where(row => partitions.Contains(row.Key)).ToDictionary(), others);
    }

    /// <summary>Waits until others have stored something of each partition that it had, where there is something to be stored.</summary>
    public async Task WaitForHeirsAsync(CancellationToken cancellationToken)
    {
        var ends = _pipeline.LogEnds();
        var waiting = _stored.Where(row => row.Value < ends[row.Key]).ToList();
        _hasHeirs = waiting.Count > 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var stored = await _pipeline.StoredByPartitionAsync(cancellationToken);
                waiting.RemoveAll(row => stored.GetValueOrDefault(row.Key) > row.Value);
                return waiting.Count == 0;
            },
            s_limit, $"others go on with the partitions of {Member}");
        // It may have been in several batches; all their partitions are among those that have gone on.
        Assert.False(await HasOpenTransactionAsync(cancellationToken), $"a transaction of {Member} is open beside its heir's");
    }

    /// <summary>Wakes it, in either order: itself first, or what its connection held back first. Waits until it knows what has happened.</summary>
    /// <returns>The longest time for which one of the others waited for a lock.</returns>
    public async Task<TimeSpan> WakeAsync(bool connectionFirst)
    {
        await _awake.CancelAsync();
        var longest = await _watch;
        Assert.True(longest < s_patience, $"beside the frozen {Member} another waited for a lock for {longest}");

        var losses = Member.Losses;
        if (connectionFirst)
            _caught.Release();
        Member.Thaw();
        _caught.Release();
        if (_hasHeirs)
            await Eventually.TrueAsync(() => Member.Losses > losses, s_limit, $"{Member} finds out that its partitions are others' now");
        return longest;
    }

    public async ValueTask DisposeAsync()
    {
        await _awake.CancelAsync();
        await _watch;
        _awake.Dispose();
    }

    async Task<bool> HasOpenTransactionAsync(CancellationToken cancellationToken)
    {
        foreach (var port in Member.Proxy.BackendPorts)
        {
            if (await Backend.FindAsync(_pipeline.Database, port, cancellationToken) is { HasWritten: true })
                return true;
        }
        return false;
    }

    /// <summary>
    /// Measures, until it wakes, the longest wait of one of the others for a lock: of its transactions, or of one that waits for it, such
    /// as that of a consumer that was killed meanwhile.
    /// </summary>
    async Task<TimeSpan> WatchAsync()
    {
        var longest = TimeSpan.Zero;
        var since = new Dictionary<int, long>();
        while (!_awake.IsCancellationRequested)
        {
            var waiting = await FindWaitingAsync();
            foreach (var port in since.Keys.Except(waiting).ToList())
                since.Remove(port);
            foreach (var port in waiting)
            {
                if (!since.TryGetValue(port, out var start))
                    since[port] = start = Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(start) is var waited && waited > longest)
                    longest = waited;
            }
            await Task.Delay(s_interval, _awake.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return longest;
    }

    async Task<IReadOnlySet<int>> FindWaitingAsync()
    {
        try
        {
            return await Backend.FindWaitingAsync(_pipeline.Database, _others().SelectMany(static member => member.Proxy.BackendPorts), _awake.Token);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
        {
            // Down on purpose, and nobody waits in it; or it wakes.
            return new HashSet<int>();
        }
    }
}
