using Clickstream.Cli.Commands;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Settings;
using static System.FormattableString;

namespace Clickstream.Cli.Verification;

/// <summary>Whether a file went through the pipeline as it should.</summary>
/// <param name="DistinctRows">Distinct rows of the file, counted apart from the pipeline.</param>
/// <param name="Verification">Whether the sessions are what the events say.</param>
/// <param name="DeadLetters">Records that were refused.</param>
sealed record Verdict(long DistinctRows, SessionVerification Verification, long DeadLetters)
{
    /// <summary>Right are the sessions, and every distinct row of the file is there.</summary>
    public bool IsVerified => Verification.Verified && Verification.Events == DistinctRows && DeadLetters == 0;

    /// <summary>Looks at what is stored.</summary>
    public static async Task<Verdict> ReachAsync(Clients clients, PipelineDatabase database, long distinctRows, CancellationToken cancellationToken)
    {
        var verification = await SessionVerifier.VerifyAsync(
            clients.Database, clients.PostgresOptions.Schema, configuredTimeout: null, cancellationToken);
        var counts = await database.CountAsync(cancellationToken);
        return new(distinctRows, verification, counts.DeadLetters.Rows);
    }

    /// <summary>Says what was found, in lines.</summary>
    public void Write(TextWriter output)
    {
        VerifyCommand.Report(output, Verification);
        if (Verification.Events != DistinctRows)
            output.WriteLine(Invariant($"NOT verified: the file has {DistinctRows:N0} distinct rows, and {Verification.Events:N0} are stored."));
        if (DeadLetters > 0)
            output.WriteLine(Invariant($"NOT verified: {DeadLetters:N0} records were refused; see the table dead_letters."));
    }
}
