using Clickstream.Cli.Output;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Verification;

namespace Clickstream.Cli.Demo;

/// <summary>What came of a demo.</summary>
/// <param name="Rows">Rows that were sent.</param>
/// <param name="Time">From the start of the producer to the last commit.</param>
/// <param name="DeadLetters">Records that were refused.</param>
/// <param name="Verification">Whether the sessions are what the events say.</param>
/// <param name="DistinctRows">Distinct rows of the file, counted apart from the pipeline.</param>
/// <param name="Funnel">How many visitors came how far.</param>
/// <param name="TopItems">The items that were viewed most.</param>
sealed record DemoResult(
    long Rows, TimeSpan Time, long DeadLetters, SessionVerification Verification, long DistinctRows, Funnel Funnel, IReadOnlyList<TopItem> TopItems)
{
    public double EventsPerSecond => Rows / Time.TotalSeconds;

    public long Duplicates => Rows - DeadLetters - Verification.Events;

    /// <summary>Right are the sessions, and every distinct row of the file is there.</summary>
    public bool IsVerified => Verification.Verified && Verification.Events == DistinctRows && DeadLetters == 0;

    public DemoJson ToJson(DemoPlan plan) => new(
        Verification.Events, Duplicates, Verification.Sessions, Math.Round(Time.TotalSeconds, 3), (long)EventsPerSecond, IsVerified, Rows, DeadLetters,
        plan.Partitions, plan.Seed, Funnel.Viewers, Funnel.Carters, Funnel.Buyers);
}
