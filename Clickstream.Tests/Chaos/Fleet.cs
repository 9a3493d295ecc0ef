using System.Collections.Immutable;
using Clickstream.Core.Errors;
using Clickstream.Tests.EndToEnd;

namespace Clickstream.Tests.Chaos;

/// <summary>The consumers of a round, which come and go.</summary>
sealed class Fleet(PipelineHarness pipeline, string connectionString, Random random) : IAsyncDisposable
{
    readonly List<Member> _all = [];

    // Read while faults are injected.
    volatile ImmutableList<Member> _running = [];

    /// <summary>Those that run and are not frozen.</summary>
    public IReadOnlyList<Member> Live => _running.FindAll(static member => !member.IsFrozen);

    public Member Start()
    {
        var member = Member.Start($"consumer {_all.Count + 1}", pipeline, connectionString);
        _all.Add(member);
        _running = _running.Add(member);
        return member;
    }

    /// <summary>One of those that live, in most cases one that has partitions; with another beside it if it is to go.</summary>
    public Member Pick(bool toGo = false)
    {
        var candidates = Live;
        if (toGo && candidates.Count == 1)
            Start();
        if (random.Next(4) != 0 && candidates.Where(static member => member.Partitions.Count > 0).ToList() is { Count: > 0 } holders)
            candidates = holders;
        return candidates[random.Next(candidates.Count)];
    }

    public void Kill(Member member)
    {
        _running = _running.Remove(member);
        member.Process.Kill();
    }

    /// <summary>Tells one to end, and waits until it has, in good order.</summary>
    public async Task StopAsync(Member member, CancellationToken cancellationToken)
    {
        _running = _running.Remove(member);
        // Before that it has no say in what the signal does.
        await member.Process.WaitForErrorAsync(static line => line.Contains(": Started;", StringComparison.Ordinal), cancellationToken);
        var code = await member.Process.StopAsync(cancellationToken);
        Assert.True(code == (int)ExitCode.Success, $"{member} was told to stop and ended with exit code {code}");
    }

    /// <summary>None ends but by a fault of the round.</summary>
    public void AssertNoneEnded()
    {
        foreach (var member in _running)
            Assert.False(member.Process.HasExited, $"{member} ended by itself");
    }

    /// <summary>What they have written, for a round that failed.</summary>
    public string Transcript() => string.Concat(_all.Select(static member => $"\n{member}: pid {member.Process.Pid}{member.Process.Transcript()}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _all)
            await member.DisposeAsync();
    }
}
