using System.Text.Json;
using Clickstream.Cli;
using Clickstream.Cli.Processes;
using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.Local.Processes;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Cli;

/// <summary>The commands that start and stop things, with all that they start, each on a data folder of its own.</summary>
public sealed class PipelineCommandTests : IAsyncLifetime
{
    const int SigInt = 2;

    readonly LocalDataFolder _folder = new();

    CommandRun Command => new(_folder.Path);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync(ExitCode.Success, "down");
        await _folder.DisposeAsync();
    }

    [Fact]
    public async Task Demo_proves_its_result_and_ends_at_ctrl_c_with_all_it_has_started()
    {
        await using var demo = Command.Start("demo", "--events", "20000", "--partitions", "3", "--json");
        var line = await demo.WaitForOutputAsync(static line => line.StartsWith('{'), Cancelled);

        var result = JsonDocument.Parse(line).RootElement;
        Assert.True(result.GetProperty("verified").GetBoolean(), line);
        Assert.Equal(20_000, result.GetProperty("events").GetInt64() + result.GetProperty("duplicates").GetInt64());
        Assert.InRange(result.GetProperty("sessions").GetInt64(), 1, 20_000);
        Assert.True(result.GetProperty("seconds").GetDouble() > 0);
        Assert.True(result.GetProperty("events_per_second").GetInt64() > 0);

        await demo.WaitForErrorAsync(static text => text.StartsWith("Still up.", StringComparison.Ordinal), Cancelled);
        var processes = await ProcessesAsync();
        Assert.Equal(2, processes.Count);
        demo.Signal(SigInt);
        Assert.Equal(0, await demo.WaitForExitAsync(Cancelled));
        await AssertGoneAsync(processes);
    }

    [Theory]
    [InlineData("demo --events 2000000", "Starting the consumer")]
    [InlineData("benchmark run --events 400000", "Run 1 of 3: producing")]
    public async Task Ctrl_c_in_the_middle_of_it_leaves_nothing_behind(string arguments, string step)
    {
        await using var command = Command.Start(arguments.Split(' '));
        await command.WaitForErrorAsync(text => text.StartsWith(step, StringComparison.Ordinal), Cancelled);
        var processes = await ProcessesAsync();
        command.Signal(SigInt);

        Assert.Equal((int)ExitCode.Interrupted, await command.WaitForExitAsync(Cancelled));
        Assert.DoesNotContain("error:", command.Error, StringComparison.Ordinal);
        await AssertGoneAsync(processes);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "tmp")));
    }

    [Fact]
    public async Task Services_of_a_foreground_up_do_not_outlive_it_even_when_it_is_killed()
    {
        await using var up = Command.Start("up", "--consumers", "2");
        await up.WaitForErrorAsync(static text => text.StartsWith("Up.", StringComparison.Ordinal), Cancelled);
        var processes = await ProcessesAsync();
        Assert.Equal(4, processes.Count);

        var (_, error) = await Command.RunAsync(ExitCode.DataFolder, "up");
        Assert.Contains($"in use by `clickstream up` (pid {up.Pid})", error, StringComparison.Ordinal);

        up.Kill();
        await AssertGoneAsync(processes);
    }

    [Fact]
    public async Task Up_produce_status_verify_reset_and_down()
    {
        var file = Path.Combine(Path.GetDirectoryName(_folder.Path)!, "events.csv");
        await Command.RunAsync(ExitCode.Success, "data", "generate", "--events", "5000", "--out", file);
        await Command.RunAsync(ExitCode.Success, "up", "--detach");
        var processes = await ProcessesAsync();
        Assert.Contains("Already up", (await Command.RunAsync(ExitCode.Success, "up", "--detach")).Error, StringComparison.Ordinal);
        Assert.Contains("--kafka-port is 1, but what runs in data folder", (await Command.RunAsync(ExitCode.DataFolder, "up", "--detach", "--kafka-port", "1")).Error, StringComparison.Ordinal);

        var summary = JsonDocument.Parse((await Command.RunAsync(ExitCode.Success, "producer", "start", "--file", file, "--offset", "1000", "--limit", "3000")).Output);
        Assert.Equal(3000, summary.RootElement.GetProperty("sent").GetInt64());
        await Eventually.TrueAsync(async () => await StatusAsync() is var status && status.GetProperty("lag").GetInt64() == 0, TimeSpan.FromSeconds(60));

        var now = await StatusAsync();
        Assert.Equal(6, now.GetProperty("partitions").GetArrayLength());
        Assert.Equal(3000, now.GetProperty("partitions").EnumerateArray().Sum(static partition => partition.GetProperty("stored_offset").GetInt64()));
        Assert.True(now.GetProperty("consumers")[0].GetProperty("healthy").GetBoolean());
        Assert.Equal(now.GetProperty("events").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture),
            (await Command.RunAsync(ExitCode.Success, "psql", "-Atc", "select count(*) from events")).Output);
        await Command.RunAsync(ExitCode.Success, "verify");

        await Command.RunAsync(ExitCode.Success, "psql", "-c", "update sessions set view_count = view_count + 1 where session_id = (select min(session_id) from sessions)");
        var (differing, _) = await Command.RunAsync(ExitCode.CheckFailed, "verify", "--json");
        Assert.Equal("view_count", JsonDocument.Parse(differing).RootElement.GetProperty("differences")[0].GetProperty("columns")[0].GetProperty("column").GetString());

        await Command.RunAsync(ExitCode.Usage, "data", "reset");
        await Command.RunAsync(ExitCode.Success, "data", "reset", "-y");
        now = await StatusAsync();
        Assert.Equal((0, 0), (now.GetProperty("events").GetInt64(), now.GetProperty("lag").GetInt64()));
        processes = [.. processes, .. await ProcessesAsync()];

        var (_, stopped) = await Command.RunAsync(ExitCode.Success, "down");
        Assert.Contains("Stopped consumer", stopped, StringComparison.Ordinal);
        Assert.Contains("Stopped infrastructure", stopped, StringComparison.Ordinal);
        Assert.All(processes, static pid => Assert.False(ProcessTable.IsAlive(pid)));
    }

    async Task<JsonElement> StatusAsync() => JsonDocument.Parse((await Command.RunAsync(ExitCode.Success, "status", "--json")).Output).RootElement;

    /// <summary>The processes that run in the data folder: the infrastructure, its PostgreSQL, and the consumers that are entered.</summary>
    async Task<IReadOnlyList<int>> ProcessesAsync()
    {
        var state = LocalState.Load(_folder.Path)!;
        var workers = await ServicesFile.Load(new DataDirectory(_folder.Path)).RunningWorkersAsync(Cancelled);
        return [state.Pid, state.PostgreSql!.Pid, .. workers.Select(static worker => worker.Process.Pid)];
    }

    async Task AssertGoneAsync(IReadOnlyList<int> processes)
    {
        await Eventually.TrueAsync(() => !processes.Any(ProcessTable.IsAlive), TimeSpan.FromSeconds(60));
        Assert.Null(DataFolderLock.FindHolder(_folder.Path));
    }
}
