using Clickstream.Cli.Output;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Verification;

namespace Clickstream.Cli.Demo;

/// <summary>What came of a demo.</summary>
/// <param name="Rows">Rows that were sent.</param>
/// <param name="Time">From the start of the producer to the last commit.</param>
/// <param name="Verdict">Whether what is stored is what the file says.</param>
/// <param name="Funnel">How many visitors came how far.</param>
/// <param name="TopItems">The items that were viewed most.</param>
/// <param name="Indexing">What came of the indexing, null where none was asked for.</param>
sealed record DemoResult(long Rows, TimeSpan Time, Verdict Verdict, Funnel Funnel, IReadOnlyList<TopItem> TopItems, IndexingResult? Indexing)
{
    public bool IsVerified => Verdict.IsVerified && Indexing is not { Verification.Verified: false };

    public double EventsPerSecond => Rows / Time.TotalSeconds;

    public long Events => Verdict.Verification.Events;

    public long Sessions => Verdict.Verification.Sessions;

    public long Duplicates => Rows - Verdict.DeadLetters - Events;

    public DemoJson ToJson(DemoPlan plan) => new(
        Events, Duplicates, Sessions, Math.Round(Time.TotalSeconds, 3), (long)EventsPerSecond, IsVerified, Rows, Verdict.DeadLetters,
        plan.Partitions, plan.Seed, Funnel.Viewers, Funnel.Carters, Funnel.Buyers,
        Indexing?.Verification.Events.Documents, Indexing?.Verification.Sessions.Documents, Indexing is null ? null : Math.Round(Indexing.Time.TotalSeconds, 3));
}
