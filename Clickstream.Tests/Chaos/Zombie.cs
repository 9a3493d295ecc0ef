using System.Diagnostics;
using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Chaos;

/// <summary>
/// A consumer that was frozen at a moment of a transaction, for so long that its partitions go to others. Its batch must be stored
/// before its heir's first or never, and its heir must not wait long for it.
/// </summary>
sealed class Zombie
{
    /// <summary>
    /// From an heir's assignment to its first commit: the two seconds that it waits for a frozen holder, and before that, on a busy
    /// machine, all that it read of its other partitions. A holder that is not ended is held for good, so this is short all the same.
    /// </summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    readonly CaughtConnection _caught;
    readonly PipelineHarness _pipeline;
    readonly Dictionary<int, long> _stored;
    bool _hasHeirs;

    Zombie(Member member, CaughtConnection caught, PipelineHarness pipeline, Dictionary<int, long> stored)
    {
        Member = member;
        _caught = caught;
        _pipeline = pipeline;
        _stored = stored;
    }

    public Member Member { get; }

    /// <summary>Freezes the consumer whose connection was caught.</summary>
    public static async Task<Zombie> FreezeAsync(Member member, CaughtConnection caught, PipelineHarness pipeline, CancellationToken cancellationToken)
    {
        member.Freeze();
        var partitions = member.Partitions;
        var stored = await pipeline.StoredByPartitionAsync(cancellationToken);
        return new(member, caught, pipeline, stored.Where(row => partitions.Contains(row.Key)).ToDictionary());
    }

    /// <summary>Waits until others have stored something of each partition that it had, where there is something to be stored.</summary>
    /// <returns>The longest time from an heir's assignment to its first commit.</returns>
    public async Task<TimeSpan> WaitForHeirsAsync(Func<IEnumerable<Member>> others, CancellationToken cancellationToken)
    {
        var ends = _pipeline.LogEnds();
        var waiting = _stored.Where(row => row.Value < ends[row.Key]).ToDictionary();
        _hasHeirs = waiting.Count > 0;
        var assigned = new Dictionary<int, (Member Heir, long At)>();
        var longest = TimeSpan.Zero;
        var start = Stopwatch.GetTimestamp();
        while (waiting.Count > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > s_limit)
                Assert.Fail($"nobody went on with partition(s) {string.Join(' ', waiting.Keys)} of {Member} within {s_limit}");
            Note(others(), waiting.Keys, assigned);
            var stored = await _pipeline.StoredByPartitionAsync(cancellationToken);
            foreach (var (partition, before) in waiting)
            {
                if (stored.GetValueOrDefault(partition) <= before)
                    continue;
                waiting.Remove(partition);
                // An heir that committed before its assignment was seen here was fast enough.
                if (assigned.TryGetValue(partition, out var heir) && Stopwatch.GetElapsedTime(heir.At) is var took && took > longest)
                    longest = took;
            }
            await Task.Delay(s_interval, cancellationToken);
        }
        // It may have been in several batches; all their partitions are among those that have gone on.
        Assert.False(await HasOpenTransactionAsync(cancellationToken), $"a transaction of {Member} is open beside its heir's");
        Assert.True(longest < s_patience, $"an heir of {Member} waited {longest} to store its first batch");
        return longest;
    }

    /// <summary>Wakes it, in either order: itself first, or what its connection held back first. Waits until it knows what has happened.</summary>
    public async Task WakeAsync(bool connectionFirst)
    {
        var before = Member.Losses;
        if (connectionFirst)
            _caught.Release();
        Member.Thaw();
        _caught.Release();
        if (_hasHeirs)
            await Eventually.TrueAsync(() => Member.Losses > before, s_limit, $"{Member} finds out that its partitions are others' now");
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

    /// <summary>Notes since when the partitions have been the others'.</summary>
    static void Note(IEnumerable<Member> others, IEnumerable<int> partitions, Dictionary<int, (Member Heir, long At)> assigned)
    {
        var holders = others.Select(static member => (Member: member, member.Partitions)).ToList();
        foreach (var partition in partitions)
        {
            if (holders.Find(holder => holder.Partitions.Contains(partition)).Member is not { } heir)
                assigned.Remove(partition);
            else if (!assigned.TryGetValue(partition, out var known) || known.Heir != heir)
                assigned[partition] = (heir, Stopwatch.GetTimestamp());
        }
    }
}
