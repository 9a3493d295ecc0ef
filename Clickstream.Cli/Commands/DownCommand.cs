using System.CommandLine;
using Clickstream.Cli.Processes;
using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.Local.PostgreSql;
using Clickstream.Local.Processes;

namespace Clickstream.Cli.Commands;

/// <summary><c>down</c>: stops what runs in the data folder, and what crashed processes have left there.</summary>
sealed class DownCommand() : CliCommand("down", "Stop the consumers, the indexer and the infrastructure")
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // A foreground command stops the others, each within its limit.
    static readonly TimeSpan s_ownerLimit = TimeSpan.FromSeconds(70);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var folder = context.Folder;
        if (!Directory.Exists(folder.Path))
            return NothingRuns(context);
        var services = ServicesFile.Load(folder);
        var stopped = 0;

        if (services.Owner is { } owner)
            stopped += await StopAsync(context, owner.Process, $"`{owner.Name}`", s_ownerLimit);
        // A foreground command has stopped its own; these are left over where there was none, or where it was killed.
        stopped += (await Task.WhenAll(services.Workers.Select(worker => StopAsync(context, worker.Process, worker.Name, s_limit)))).Sum();
        stopped += await StopInfrastructureAsync(context);
        if (await OrphanedPostgres.StopAsync(folder.Path, context.Stop) is { } postgres)
        {
            context.Terminal.Say($"Stopped PostgreSQL (pid {postgres}), which a killed process had left");
            stopped++;
        }
        ServicesFile.Delete(folder);
        return stopped == 0 ? NothingRuns(context) : ExitCode.Success;
    }

    static ExitCode NothingRuns(CommandContext context)
    {
        context.Terminal.Say($"Nothing runs in {context.Folder.Path}");
        return ExitCode.Success;
    }

    static async Task<int> StopInfrastructureAsync(CommandContext context)
    {
        if (DataFolderLock.FindHolder(context.Folder.Path) is not { } pid || ProcessIdentity.Of(pid, Programs.Local) is not { } holder)
            return 0;
        // The lock is Clickstream.Local's, but it can be hosted by something else, such as a test.
        if (!(await ProcessTable.CommandLineAsync(pid, context.Stop)).Contains(Programs.Local, StringComparison.Ordinal))
        {
            throw new ClickstreamException(ExitCode.DataFolder,
                $"data folder {context.Folder.Path} is in use by process {pid}, which is not ours to stop");
        }
        return await StopAsync(context, holder, "infrastructure", s_limit);
    }

    static async Task<int> StopAsync(CommandContext context, ProcessIdentity process, string name, TimeSpan limit)
    {
        if (!await process.IsAliveAsync(context.Stop))
            return 0;
        if (await ProcessEnd.StopAsync(process, limit, context.Hurry))
            context.Terminal.Say($"Stopped {name} (pid {process.Pid})");
        else
            context.Terminal.Warn($"{name} (pid {process.Pid}) did not stop within {limit.TotalSeconds:0} s and was killed");
        return 1;
    }
}
