using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Cli;

/// <summary>Runs the command as a user does: as a process, without connection settings unless they are given.</summary>
/// <param name="dataDirectory">Its data folder.</param>
sealed class CommandRun(string dataDirectory)
{
    public Dictionary<string, string?> Environment { get; } = new()
    {
        ["CLICKSTREAM_DATA_DIR"] = dataDirectory,
        ["ConnectionStrings__kafka"] = null,
        ["ConnectionStrings__clickstream"] = null,
        ["ConnectionStrings__valkey"] = null,
    };

    public ChildProcess Start(params string[] arguments) => ChildProcess.Start(ChildProcess.PathOf("Clickstream.Cli"), arguments, Environment);

    /// <summary>Runs it to its end, and checks the exit code.</summary>
    /// <returns>Standard output and standard error.</returns>
    public async Task<(string Output, string Error)> RunAsync(ExitCode expected, params string[] arguments)
    {
        await using var process = Start(arguments);
        process.Input.Close();
        var code = await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True((int)expected == code, $"{string.Join(' ', arguments)}: exit code {code}, expected {(int)expected}{process.Transcript()}");
        return (process.Output, process.Error);
    }
}
