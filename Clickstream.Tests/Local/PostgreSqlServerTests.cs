using System.Globalization;
using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.Local.PostgreSql;
using Clickstream.Local.Processes;
using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.Local;

/// <summary>PostgreSQL under Clickstream.Local: what it is, and that it outlives whatever happens to either of them.</summary>
public sealed class PostgreSqlServerTests : IAsyncDisposable
{
    static readonly string[] s_alone = ["--parts", "postgresql"];

    readonly LocalDataFolder _folder = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string Data => _folder.Path;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Runs_alone_durable_and_reached_from_this_machine_only()
    {
        await using var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled);

        Assert.Null(local.State.Kafka);
        Assert.Null(local.State.Valkey);
        foreach (var (setting, value) in (Dictionary<string, string>)new()
        {
            ["fsync"] = "on",
            ["synchronous_commit"] = "on",
            ["full_page_writes"] = "on",
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = "",
            ["server_encoding"] = "UTF8",
            ["lc_collate"] = "C",
            ["password_encryption"] = "scram-sha-256",
        })
        {
            Assert.Equal(value, await QueryAsync(local, $"SHOW {setting}"));
        }

        const string Identity = "SELECT concat_ws(' ', current_database(), current_user, current_setting('is_superuser'))";
        Assert.Equal("clickstream clickstream on", await QueryAsync(local, Identity));

        // Only with the password.
        var stranger = new NpgsqlConnectionStringBuilder(local.ConnectionString) { Passfile = null, Password = "wrong", Pooling = false };
        await using var connection = new NpgsqlConnection(stranger.ConnectionString);
        var error = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancelled));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    [Fact]
    public async Task Keeps_its_data_over_a_restart()
    {
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
        {
            await QueryAsync(local, "CREATE TABLE t (x int); INSERT INTO t VALUES (42)");
            await local.StopAsync(Cancelled);
        }

        await using var again = await LocalProcess.StartAsync(Data, s_alone, Cancelled);
        Assert.Equal("42", await QueryAsync(again, "SELECT x FROM t"));
        var log = await File.ReadAllTextAsync(again.State.PostgreSql!.Log, Cancelled);
        Assert.DoesNotContain("was not properly shut down", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_running_by_a_killed_process_is_taken_over()
    {
        int pid, port;
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
        {
            (pid, port) = (local.State.PostgreSql!.Pid, local.State.PostgreSql.Port);
            await QueryAsync(local, "CREATE TABLE t (x int); INSERT INTO t VALUES (42)");
            local.Process.Kill();
        }

        Assert.True(ProcessTable.IsAlive(pid));
        Assert.Null(LocalState.Load(Data));

        await using var next = await LocalProcess.StartAsync(Data, s_alone, Cancelled);
        Assert.Equal((pid, port), (next.State.PostgreSql!.Pid, next.State.PostgreSql.Port));
        Assert.Equal("42", await QueryAsync(next, "SELECT x FROM t"));
        Assert.Contains("taken over", next.Process.Error, StringComparison.Ordinal);

        // It is as much ours as one that we have started: watched, and stopped at the end.
        Kill(pid);
        await Eventually.TrueAsync(() => LocalState.Load(Data)?.PostgreSql?.Pid is { } now && now != pid);
        Assert.Equal(0, await next.StopAsync(Cancelled));
        Assert.Empty(Processes.On(Data));
    }

    [Fact]
    public async Task Left_running_on_another_port_than_asked_for_is_moved()
    {
        int old;
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
        {
            old = local.State.PostgreSql!.Pid;
            await QueryAsync(local, "CREATE TABLE t (x int); INSERT INTO t VALUES (42)");
            local.Process.Kill();
        }

        var port = LoopbackPort.PickFree();
        await using var next = await LocalProcess.StartAsync(
            Data, [.. s_alone, "--postgresql-port", $"{port}"], Cancelled);

        Assert.Equal(port, next.State.PostgreSql!.Port);
        Assert.False(ProcessTable.IsAlive(old));
        Assert.Equal("42", await QueryAsync(next, "SELECT x FROM t"));
    }

    [Fact]
    public async Task Killed_is_started_again_on_the_same_port()
    {
        await using var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled);
        await QueryAsync(local, "CREATE TABLE t (x int); INSERT INTO t VALUES (42)");

        // A session that is busy outlives the postmaster for as long as its query takes; the new one has to wait for its end.
        await using var busy = await OpenAsync(local);
        var query = new NpgsqlCommand("SELECT count(*) FROM generate_series(1, 2000000)", busy).ExecuteScalarAsync(Cancelled);
        var killed = local.State.PostgreSql!.Pid;
        Kill(killed);

        await Eventually.TrueAsync(() => LocalState.Load(Data)?.PostgreSql?.Pid is { } pid && pid != killed, TimeSpan.FromSeconds(60));
        Assert.Equal("42", await QueryAsync(local, "SELECT x FROM t"));
        await Task.WhenAny(query);

        var warnings = local.Process.Error.Split('\n').Where(static line => line.Contains(" warn: ", StringComparison.Ordinal));
        Assert.Contains("ended unexpectedly", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_running_can_be_stopped_without_a_Clickstream_Local()
    {
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
        {
            var held = await Assert.ThrowsAsync<ClickstreamException>(() => OrphanedPostgres.StopAsync(Data, Cancelled));
            Assert.Equal(ExitCode.DataFolder, held.ExitCode);

            local.Process.Kill();
            Assert.Equal(local.State.PostgreSql!.Pid, await OrphanedPostgres.StopAsync(Data, Cancelled));
        }

        Assert.Null(await OrphanedPostgres.StopAsync(Data, Cancelled));
        Assert.Empty(Processes.On(Data));
    }

    [Fact]
    public async Task Password_is_in_its_file_and_nowhere_else()
    {
        var seen = new HashSet<string>();
        await using var process = LocalProcess.Spawn(Data, s_alone);
        await Eventually.TrueAsync(() =>
        {
            seen.UnionWith(Processes.CommandLines());
            return LocalState.Load(Data) is not null;
        }, TimeSpan.FromSeconds(60));

        var file = Path.Combine(Data, "postgresql.pgpass");
        var password = (await File.ReadAllTextAsync(file, Cancelled)).Trim().Split(':')[^1];
        Assert.True(password.Length >= 32);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await process.StopAsync(Cancelled);
        Assert.Contains(seen, line => line.Contains("initdb", StringComparison.Ordinal));
        Assert.DoesNotContain(seen, line => line.Contains(password, StringComparison.Ordinal));
        Assert.DoesNotContain(password, process.Error + process.Output, StringComparison.Ordinal);
        foreach (var other in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Where(path => path != file))
            Assert.DoesNotContain(password, await File.ReadAllTextAsync(other, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_password_file_is_an_error_that_says_so()
    {
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
            await local.StopAsync(Cancelled);
        File.Delete(Path.Combine(Data, "postgresql.pgpass"));

        await using var again = LocalProcess.Spawn(Data, s_alone);

        Assert.Equal((int)ExitCode.DataFolder, await again.WaitForExitAsync(Cancelled));
        Assert.StartsWith($"error: {Path.Combine(Data, "postgresql.pgpass")} is missing or damaged", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_cannot_start_says_why_in_one_line()
    {
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
            await local.StopAsync(Cancelled);
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql", "postgresql.conf"), "shared_buffers = 'plenty'\n", Cancelled);

        await using var again = LocalProcess.Spawn(Data, s_alone);

        Assert.Equal((int)ExitCode.Unavailable, await again.WaitForExitAsync(Cancelled));
        Assert.StartsWith("error: PostgreSQL did not start: configuration file ", again.Error, StringComparison.Ordinal);
        Assert.EndsWith($"see {Path.Combine(Data, "logs", "postgresql.log")}", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', again.Error);
    }

    static void Kill(int pid)
    {
        if (!OperatingSystem.IsWindows())
            Posix.Signal(pid, Posix.SigKill);
    }

    static async Task<NpgsqlConnection> OpenAsync(LocalProcess local)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(local.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    static async Task<string?> QueryAsync(LocalProcess local, string sql)
    {
        await using var connection = await OpenAsync(local);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(Cancelled), CultureInfo.InvariantCulture);
    }
}
