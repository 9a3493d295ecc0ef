using Clickstream.AppHost.Commands;
using Clickstream.Core.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clickstream.AppHost.Model;

/// <summary>The database's commands on the dashboard. They do what the commands of the same name do on the command line.</summary>
static class DataCommands
{
    public static void AddTo(
        IResourceBuilder<IResource> database, IReadOnlyList<Server> servers, IReadOnlyList<IResourceBuilder<ProjectResource>> workers)
    {
        database.WithCommand("verify-sessions", "Verify sessions",
            context => RunAsync(context, ["verify"], servers),
            new CommandOptions { Description = "Recomputes the sessions from the events and compares every column", IconName = "CheckmarkCircle" });
        database.WithCommand("reset-data", "Reset data",
            context => ResetAsync(context, servers, workers),
            new CommandOptions
            {
                Description = "Begins anew with an empty topic, empty tables and empty indices",
                IconName = "Delete",
                ConfirmationMessage = "Delete all records of the topic, all rows of the tables and all documents of the indices?",
            });
    }

    static async Task<ExecuteCommandResult> ResetAsync(
        ExecuteCommandContext context, IReadOnlyList<Server> servers, IReadOnlyList<IResourceBuilder<ProjectResource>> workers)
    {
        var commands = context.Services.GetRequiredService<ResourceCommandService>();
        try
        {
            foreach (var worker in workers)
            {
                var stopped = await commands.ExecuteCommandAsync(worker.Resource, KnownResourceCommands.StopCommand, context.CancellationToken);
                if (!stopped.Success)
                    return CommandResults.Failure($"{worker.Resource.Name} could not be stopped, so nothing was deleted");
            }
            return await RunAsync(context, ["data", "reset", "--yes"], servers);
        }
        finally
        {
            // Whatever came of it; the dashboard's user may have gone away.
            foreach (var worker in workers)
                await commands.ExecuteCommandAsync(worker.Resource, KnownResourceCommands.StartCommand, CancellationToken.None);
        }
    }

    static async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context, string[] arguments, IReadOnlyList<Server> servers)
    {
        try
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
            return result.ExitCode == (int)ExitCode.Success ? CommandResults.Success(result.Summary) : CommandResults.Failure(result.Summary);
        }
        catch (ClickstreamException e)
        {
            return CommandResults.Failure(e.Message);
        }
    }
}

/// <summary>Log messages of the AppHost; event ids 900 to 999.</summary>
static partial class AppHostLog
{
    [LoggerMessage(900, LogLevel.Information, "{Line}")]
    public static partial void CommandSaid(ILogger logger, string line);
}
