using Clickstream.AppHost.Commands;
using Clickstream.Core.Errors;
using Microsoft.Extensions.DependencyInjection;

namespace Clickstream.AppHost.Model;

/// <summary>The database's commands on the dashboard. They do what the commands of the same name do on the command line.</summary>
static class DataCommands
{
    public static void AddTo(
        IResourceBuilder<IResource> database, IReadOnlyList<Server> servers, IReadOnlyList<IResourceBuilder<ProjectResource>> workers)
    {
        database.WithCommand("verify-sessions", "Verify sessions",
            context => RunAsync(() => CommandAsync(context, servers, "verify")),
            new CommandOptions { Description = "Recomputes the sessions from the events and compares every column", IconName = "CheckmarkCircle" });
        database.WithCommand("reset-data", "Reset data",
            context => RunAsync(() => ResetAsync(context, servers, workers)),
            new CommandOptions
            {
                Description = "Begins anew with an empty topic, empty tables and empty indices",
                IconName = "Delete",
                ConfirmationMessage = "Delete all records of the topic, all rows of the tables and all documents of the indices?",
            });
    }

    static Task<CommandResult> ResetAsync(
        ExecuteCommandContext context, IReadOnlyList<Server> servers, IReadOnlyList<IResourceBuilder<ProjectResource>> workers)
    {
        var commands = context.Services.GetRequiredService<ResourceCommandService>();
        return DataReset.RunAsync(workers,
            static worker => worker.Resource.Name,
            async worker => (await commands.ExecuteCommandAsync(worker.Resource, KnownResourceCommands.StopCommand, context.CancellationToken)).Success,
            // Whoever gave the command may have gone away.
            async worker => (await commands.ExecuteCommandAsync(worker.Resource, KnownResourceCommands.StartCommand, CancellationToken.None)).Success,
            () => CommandAsync(context, servers, "data", "reset", "--yes"));
    }

    /// <summary>Runs the command that the arguments name against the servers of the application.</summary>
    static async Task<CommandResult> CommandAsync(ExecuteCommandContext context, IReadOnlyList<Server> servers, params string[] arguments)
    {
        var environment = new Dictionary<string, string?>();
        foreach (var server in servers)
        {
            foreach (var (name, value) in await server.ReadEnvironmentAsync(context.CancellationToken))
                environment[name] = value;
        }
        var result = await CommandRun.RunAsync(arguments, environment, context.CancellationToken);
        foreach (var line in result.Lines)
            AppHostLog.CommandSaid(context.Logger, line);
        return result;
    }

    static async Task<ExecuteCommandResult> RunAsync(Func<Task<CommandResult>> command)
    {
        try
        {
            var result = await command();
            return result.ExitCode == (int)ExitCode.Success ? CommandResults.Success(result.Summary) : CommandResults.Failure(result.Summary);
        }
        catch (ClickstreamException e)
        {
            return CommandResults.Failure(e.Message);
        }
    }
}
