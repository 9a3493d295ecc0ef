using Clickstream.Cli.Checks;
using Clickstream.Consumer.Schema;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;

namespace Clickstream.Tests.Cli;

public class ChecksTests
{
    [Theory]
    [InlineData(null, "- schema shop is not there yet; the first consumer makes it")]
    [InlineData(PostgresOptions.SchemaVersion, "\u2713 schema shop has version 2")]
    [InlineData(PostgresOptions.SchemaVersion - 1, "\u2713 schema shop has version 1; the next consumer that starts makes it 2")]
    [InlineData(PostgresOptions.SchemaVersion + 1, "\u2717 schema shop has version 3, this program knows up to 2: use the newer program")]
    public void A_newer_schema_is_for_a_newer_program(int? version, string expected)
    {
        var lines = new CheckLines();
        PostgresCheck.CheckSchema(lines, "shop", version);
        Assert.Equal(expected, Assert.Single(lines.All).ToString());
    }

    [Fact]
    public void The_version_is_that_of_the_last_migration() => Assert.Equal(
        PostgresOptions.SchemaVersion, typeof(SchemaMigrator).Assembly.GetManifestResourceNames().Count(static name => name.EndsWith(".sql", StringComparison.Ordinal)));

    [Theory]
    [InlineData(null, true, "\u2717 topic shop does not exist; `terraform apply` makes it, or the first service that is started")]
    [InlineData(6, true, "\u2713 topic shop has 6 partitions")]
    [InlineData(4, false, "\u2713 topic shop has 4 partitions")]
    [InlineData(4, true, "\u2717 topic shop has 4 partitions, and Kafka:Partitions is 6 (.env); add what is missing (`terraform apply`, where Terraform has made the topic), or set it to the topic's")]
    [InlineData(12, true, "\u2717 topic shop has 12 partitions, and Kafka:Partitions is 6 (.env); set it to the topic's, whose count never falls")]
    public void A_topic_has_the_partitions_that_somebody_has_asked_for(int? partitions, bool isAskedFor, string expected)
    {
        var lines = new CheckLines();
        KafkaCheck.CheckTopic(lines, partitions is { } count ? new(Guid.NewGuid(), "shop", count) : null, new KafkaOptions("shop", 6, null, null, null, null),
            isAskedFor ? new("6", SettingSource.EnvFile) : null);
        Assert.Equal(expected, Assert.Single(lines.All).ToString());
    }

    [Fact]
    public async Task An_error_of_our_own_is_a_line_of_its_check()
    {
        var lines = await Check.RunAsync("Kafka", static lines =>
        {
            lines.Passed("so far");
            throw new InvalidOperationException("oops");
        }, TestContext.Current.CancellationToken);
        Assert.Equal(["\u2713 so far", "\u2717 Kafka: internal error: InvalidOperationException: oops (set CLICKSTREAM_DEBUG=1 for more)"],
            lines.Select(static line => line.ToString()));
    }
}
