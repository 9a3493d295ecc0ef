using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Cli;

/// <summary>Commands as processes, where nothing needs to be started for them.</summary>
public sealed class CommandTests(LocalInfrastructure infrastructure) : IDisposable
{
    readonly TempFolder _folder = new();

    CommandRun Command => new(_folder.File("data"));

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Wrong_arguments_end_with_one_line()
    {
        var (output, error) = await Command.RunAsync(ExitCode.Usage, "demo", "--events", "none");

        Assert.Empty(output);
        Assert.Equal("error: --events is none; allowed: 1 to 1000000000; see: clickstream demo --help", error);
    }

    [Fact]
    public async Task Help_lists_the_exit_codes()
    {
        var (output, error) = await Command.RunAsync(ExitCode.Success, "--help");

        Assert.Empty(error);
        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.Contains($"\n  {(int)code,-5}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("env")]
    [InlineData("psql -c select")]
    [InlineData("data reset -y")]
    [InlineData("producer start --file events.csv")]
    public async Task What_needs_a_service_says_how_to_start_it(string arguments)
    {
        var (output, error) = await Command.RunAsync(ExitCode.Unavailable, arguments.Split(' '));

        Assert.Empty(output);
        Assert.Matches("^error: .* is not up; start it with: clickstream up --detach [^\n]*$", error);
        Assert.False(Directory.Exists(_folder.File("data")));
    }

    [Fact]
    public async Task Status_of_nothing_is_an_answer_too()
    {
        var (output, error) = await Command.RunAsync(ExitCode.Unavailable, "status", "--json");

        var status = JsonDocument.Parse(output).RootElement;
        Assert.False(status.GetProperty("kafka").GetProperty("up").GetBoolean());
        Assert.False(status.GetProperty("postgresql").GetProperty("up").GetBoolean());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("lag").ValueKind);
        Assert.Equal("error: nothing is up; start it with: clickstream up --detach", error);
    }

    [Fact]
    public async Task Down_where_nothing_runs_says_so()
    {
        var (_, error) = await Command.RunAsync(ExitCode.Success, "down");

        Assert.Equal($"Nothing runs in {_folder.File("data")}", error);
    }

    [Fact]
    public async Task Generate_gives_the_same_rows_to_a_file_and_to_standard_output_and_overwrites_nothing()
    {
        var file = _folder.File("events.csv");
        await Command.RunAsync(ExitCode.Success, "data", "generate", "--events", "1000", "--out", file, "--seed", "3");
        var (output, _) = await Command.RunAsync(ExitCode.Success, "data", "generate", "--events", "1000", "--out", "-", "--seed", "3");
        Assert.Equal(await File.ReadAllLinesAsync(file, Cancelled), output.Split('\n'));

        var (_, error) = await Command.RunAsync(ExitCode.BadInput, "data", "generate", "--events", "1", "--out", file);
        Assert.Equal($"error: {file} exists; overwrite it with --force, or name another", error);
        Assert.Equal(1001, (await File.ReadAllLinesAsync(file, Cancelled)).Length);

        await Command.RunAsync(ExitCode.Success, "data", "generate", "--events", "1", "--out", file, "--force");
        Assert.Equal(2, (await File.ReadAllLinesAsync(file, Cancelled)).Length);
    }

    [Fact]
    public async Task Psql_and_env_take_the_connection_from_the_environment()
    {
        var command = Command;
        var connectionString = await infrastructure.CreateDatabaseAsync(Cancelled);
        command.Environment["ConnectionStrings__clickstream"] = connectionString;
        command.Environment["Postgres__Schema"] = "another";

        Assert.Equal($"export ConnectionStrings__clickstream='{connectionString}'", (await command.RunAsync(ExitCode.Success, "env", "--shell", "sh")).Output);
        Assert.Equal("another|--help", (await command.RunAsync(ExitCode.Success, "psql", "-At", "-P", "null=--help", "-c", "select current_setting('search_path'), null")).Output);

        // The exit code is psql's own: 3 is an error in a script.
        await File.WriteAllTextAsync(_folder.File("wrong.sql"), "select wrong;", Cancelled);
        await command.RunAsync((ExitCode)3, "psql", "-v", "ON_ERROR_STOP=1", "-f", _folder.File("wrong.sql"));
    }

    [Fact]
    public async Task Verify_needs_tables_and_the_database_must_answer()
    {
        var command = Command;
        command.Environment["ConnectionStrings__clickstream"] = await infrastructure.CreateDatabaseAsync(Cancelled);
        var (_, error) = await command.RunAsync(ExitCode.Conflict, "verify");
        Assert.Contains("error: schema clickstream holds no clickstream tables", error, StringComparison.Ordinal);

        command.Environment["ConnectionStrings__clickstream"] = $"Host=127.0.0.1;Port={FreePort.Next()};Username=nobody;Database=none;Timeout=2";
        (_, error) = await command.RunAsync(ExitCode.Unavailable, "verify");
        Assert.Contains("error: PostgreSQL cannot be reached: ", error, StringComparison.Ordinal);
    }
}
