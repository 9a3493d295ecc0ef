using System.Net;
using System.Net.Sockets;
using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Local;

/// <summary>Clickstream.Local as a user meets it: a process with a command line, messages and an exit code.</summary>
public sealed class LocalProcessTests : IAsyncDisposable
{
    readonly LocalDataFolder _folder = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string Data => _folder.Path;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Runs_all_parts_and_leaves_no_process_and_no_state_behind()
    {
        await using var local = await LocalProcess.StartAsync(Data, [], Cancelled);
        var state = LocalState.Load(Data)!;
        Assert.Equal(["kafka", "postgresql", "valkey"], state.Parts);
        Assert.Equal(local.Process.Pid, state.Pid);
        Assert.Equal(0, await ConnectAsync(state.Kafka!.BootstrapServers));
        Assert.Equal(0, await ConnectAsync(state.Valkey!.ConnectionString));
        Assert.Equal(0, await ConnectAsync($"127.0.0.1:{state.PostgreSql!.Port}"));

        Assert.Equal(0, await local.StopAsync(Cancelled));

        Assert.Empty(Processes.On(Data));
        Assert.False(File.Exists(Path.Combine(Data, "state.json")));
        Assert.Null(LocalState.Load(Data));

        // It was quiet, but for a line for each part.
        Assert.Equal("ready", local.Process.Output);
        var lines = local.Process.Error.Split('\n');
        Assert.Equal(3, lines.Length);
        foreach (var part in (string[])["kafka", "postgresql", "valkey"])
            Assert.Single(lines, line => line.Contains($"{part} is ready on 127.0.0.1:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refuses_a_folder_that_another_holds_and_names_its_process()
    {
        await using var first = await LocalProcess.StartAsync(Data, ["--parts", "valkey"], Cancelled);
        await using var second = LocalProcess.Spawn(Data, "--parts", "kafka");

        await AssertFailsAsync(
            second,
            ExitCode.DataFolder,
            $"data folder {Data} is in use by process {first.Process.Pid}; stop that first, or choose another folder with --data-dir");
        Assert.False(first.Process.HasExited);
        Assert.NotNull(LocalState.Load(Data));
    }

    [Theory]
    [InlineData("kafka")]
    [InlineData("postgresql")]
    [InlineData("valkey")]
    [InlineData("opensearch")]
    public async Task Names_a_port_that_is_in_use_and_starts_nothing(string part)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var local = LocalProcess.Spawn(Data, "--parts", part, $"--{part}-port", $"{port}");

        await AssertFailsAsync(
            local,
            ExitCode.PortInUse,
            $"port {port} on 127.0.0.1 is in use; choose another with --{part}-port, or leave that out for a free one");
        Assert.Empty(Processes.On(Data));
        Assert.False(File.Exists(Path.Combine(Data, "state.json")));
    }

    [Fact]
    public async Task Reports_wrong_arguments_in_one_line()
    {
        await using var local = LocalProcess.Spawn(Data, "--parts", "kafka,zookeeper");

        await AssertFailsAsync(local, ExitCode.Usage, "--parts names 'zookeeper'; allowed: kafka, postgresql, valkey, opensearch");
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Reports_a_folder_of_a_newer_version_in_one_line()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "VERSION"), "99", Cancelled);
        await using var local = LocalProcess.Spawn(Data);

        await AssertFailsAsync(
            local,
            ExitCode.DataFolder,
            $"data folder {Data} has version 99, and this program knows versions up to 1; " +
            "use a newer Clickstream, or choose another folder with --data-dir");
    }

    [Fact]
    public async Task Stops_when_its_parent_is_gone()
    {
        await using var local = await LocalProcess.StartAsync(Data, ["--parts", "postgresql,valkey"], Cancelled);

        // What the system does when the parent dies.
        local.Process.Input.Close();

        Assert.Equal(0, await local.Process.WaitForExitAsync(Cancelled));
        Assert.Empty(Processes.On(Data));
    }

    [Fact]
    public async Task Stopped_in_the_middle_of_its_start_leaves_nothing_running_and_starts_well_again()
    {
        await using (var local = LocalProcess.Spawn(Data, "--parts", "postgresql"))
        {
            // The first thing that is made for PostgreSQL: from here on it goes through initdb and the server's start.
            await Eventually.TrueAsync(() => File.Exists(Path.Combine(Data, "postgresql.pgpass")));
            Assert.Equal(0, await local.StopAsync(Cancelled));
            Assert.Equal("", local.Output);
        }

        await Eventually.TrueAsync(() => !Processes.On(Data).Any());
        await using var again = await LocalProcess.StartAsync(Data, ["--parts", "postgresql"], Cancelled);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Data, "initdb-*"));
    }

    static async Task AssertFailsAsync(ChildProcess local, ExitCode code, string message)
    {
        Assert.Equal((int)code, await local.WaitForExitAsync(Cancelled));

        // A part that was ready before another one failed may have said so.
        var lines = local.Error.Split('\n').Where(static line => !line.Contains(" is ready on ", StringComparison.Ordinal));
        Assert.Equal([$"error: {message}"], lines);
        Assert.Equal("", local.Output);
    }

    static async Task<int> ConnectAsync(string address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(address), Cancelled);
        return client.Available;
    }
}
