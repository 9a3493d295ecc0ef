namespace Clickstream.Tests.Chaos;

/// <summary>Traps at several consumers, of which the first that is sprung counts.</summary>
sealed class Snare
{
    readonly List<(Member Member, Task<CaughtConnection> Caught)> _traps;

    Snare(List<(Member, Task<CaughtConnection>)> traps) => _traps = traps;

    public static Snare Set(IEnumerable<Member> members, Moment moment) =>
        new([.. members.Select(member => (member, member.Proxy.CatchAsync(moment)))]);

    /// <summary>Waits for the first catch. Whatever else is caught may go on.</summary>
    /// <returns>Null where nothing was caught within the limit.</returns>
    public async Task<(Member Member, CaughtConnection Connection)?> WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await Task.WhenAny([.. _traps.Select(static trap => trap.Caught), Task.Delay(limit, cancellationToken)]);
        foreach (var (member, _) in _traps)
            member.Proxy.Disarm();
        (Member, CaughtConnection)? first = null;
        foreach (var (member, caught) in _traps)
        {
            if (first is null && caught.IsCompletedSuccessfully)
                first = (member, await caught);
            else
                _ = ReleaseAsync(caught);
        }
        return first;
    }

    static async Task ReleaseAsync(Task<CaughtConnection> caught)
    {
        await ((Task)caught).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (caught.IsCompletedSuccessfully)
            (await caught).Release();
    }
}
