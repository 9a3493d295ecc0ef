using Clickstream.AppHost.Commands;
using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.AppHost;

public sealed class CommandRunTests(LocalInfrastructure local)
{
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_schema_step_makes_tables_and_topic_and_ends_and_the_commands_work_on_them()
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = await local.BootstrapServersAsync(_stop),
            ["ConnectionStrings__clickstream"] = await local.CreateDatabaseAsync(_stop),
            ["Kafka__Topic"] = LocalInfrastructure.UniqueName(),
            ["Kafka__Partitions"] = "2",
        };
        await using (var schema = ChildProcess.StartService("Clickstream.Consumer", environment, "--Consumer:SchemaOnly=true"))
            Assert.Equal(0, await schema.WaitForExitAsync(_stop));
        await using var database = NpgsqlDataSource.Create(environment["ConnectionStrings__clickstream"]);
        await using (var insert = database.CreateCommand("INSERT INTO clickstream.events VALUES (now(), 1, 'view', 2, NULL)"))
            await insert.ExecuteNonQueryAsync(_stop);

        var verified = await RunAsync("verify");
        Assert.Equal(1, verified.ExitCode);
        Assert.StartsWith("NOT verified: 1 of ", verified.Summary, StringComparison.Ordinal);

        var reset = await RunAsync("data", "reset", "--yes");
        Assert.Equal(0, reset.ExitCode);
        var failed = await RunAsync("verify");
        Assert.Equal(8, failed.ExitCode);
        Assert.DoesNotContain("error: ", failed.Summary, StringComparison.Ordinal);

        Task<CommandResult> RunAsync(params string[] arguments) => CommandRun.RunAsync(
            arguments, environment.Select(static pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value)), _stop);
    }

    [Fact]
    public async Task A_producer_that_is_not_there_is_an_error_of_one_line()
    {
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => TrafficControl.StopAsync("http://127.0.0.1:9", _stop));
        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
    }
}
