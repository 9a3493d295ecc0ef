using Clickstream.Cli.Output;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Settings;
using Clickstream.Core.Settings;
using static System.FormattableString;

namespace Clickstream.Cli.Checks;

/// <summary>PostgreSQL: reached and verified, the schema's version, and how far its clock is from ours.</summary>
static class PostgresCheck
{
    /// <summary>Events that are further in the future than the consumer allows are dead letters; that limit is far higher than this.</summary>
    static readonly TimeSpan s_mostSkew = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(PipelineSettings settings, Clients clients, CheckLines lines, CancellationToken cancellationToken)
    {
        var address = Addresses.OfDatabase(settings.RequirePostgres());
        var database = new PipelineDatabase(clients.Database, clients.PostgresOptions.Schema);
        var server = await database.ServerAsync(cancellationToken);
        if (server.IsEncrypted && !clients.IsDatabaseVerified)
            lines.Failed($"PostgreSQL {server.Version} at {address}: TLS, but certificate or host name is not verified; set SSL Mode=VerifyFull");
        else
            lines.Passed($"PostgreSQL {server.Version} at {address}: {(server.IsEncrypted ? "TLS, verified" : "without TLS")}");

        CheckSchema(lines, clients.PostgresOptions.Schema, await database.SchemaVersionAsync(cancellationToken));

        if (server.ClockSkew.Duration() > s_mostSkew)
            lines.Failed(Invariant($"PostgreSQL's clock is {server.ClockSkew.TotalSeconds:+0.0;-0.0} s off this machine's; set the clock of one"));
        else
            lines.Passed(Invariant($"clocks agree within {Math.Max(0.1, server.ClockSkew.Duration().TotalSeconds):0.0} s"));
    }

    internal static void CheckSchema(CheckLines lines, string schema, int? version)
    {
        if (version is null)
            lines.Absent($"schema {schema} is not there yet; the first consumer makes it");
        else if (version > PostgresOptions.SchemaVersion)
            lines.Failed(Invariant($"schema {schema} has version {version}, this program knows up to {PostgresOptions.SchemaVersion}: use the newer program"));
        else if (version < PostgresOptions.SchemaVersion)
            lines.Passed(Invariant($"schema {schema} has version {version}; the next consumer that starts makes it {PostgresOptions.SchemaVersion}"));
        else
            lines.Passed(Invariant($"schema {schema} has version {version}"));
    }
}
