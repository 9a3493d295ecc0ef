using System.CommandLine;
using Clickstream.Cli.Output;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.Local;

namespace Clickstream.Cli.Commands;

/// <summary><c>up</c>: the infrastructure, the consumers and, where it is wanted, the indexer.</summary>
sealed class UpCommand : CliCommand
{
    const int MaxConsumers = 64;

    readonly Option<bool> _detach = new("--detach", "-d") { Description = "Return when all is ready; `down` stops it" };
    readonly Option<int> _consumers = new("--consumers")
    {
        Description = "How many consumer processes",
        HelpName = "N",
        DefaultValueFactory = static _ => 1,
    };
    readonly Option<bool> _openSearch = new("--opensearch")
    {
        Description = "With OpenSearch and the indexer, which begins with what is in the topic already (or set OpenSearch__Enabled=true)",
    };
    readonly PortOptions _ports = new();

    public UpCommand()
        : base("up", "Start the infrastructure and the consumers, and stay until Ctrl-C")
    {
        Add(_detach);
        Add(_consumers);
        Add(_openSearch);
        foreach (var port in _ports.All)
            Add(port);
        _consumers.Validators.Add(NumberRange.Between(0, MaxConsumers));
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var folder = context.Folder;
        var wanted = parsed.GetValue(_consumers);
        var isDetached = parsed.GetValue(_detach);
        var known = ServicesFile.Load(folder);
        await RefuseIfOwnedAsync(known, folder, context.Stop);
        var running = await known.RunningWorkersAsync(context.Stop);
        var missing = wanted - running.Count(static worker => !worker.IsIndexer);
        var user = await context.UserSettingsAsync();
        var withOpenSearch = parsed.GetValue(_openSearch) || user.IsOpenSearchEnabled();
        var needsIndexer = withOpenSearch && !running.Any(static worker => worker.IsIndexer);

        await using var services = new RunningServices(context);
        var parts = user.MissingParts(withOpenSearch);
        var isUp = InfrastructureStart.IsUp(context, parts);
        if (isUp)
            _ports.ThrowIfOthersAreInUse(parsed, folder);
        else
            await InfrastructureStart.RunAsync(context, services, parts, !isDetached, _ports.Arguments(parsed));
        var settings = await PipelineSettings.LoadAsync(context);
        if (isUp && missing <= 0 && !needsIndexer)
        {
            var text = $"already up in data folder {folder.Path} ({Describe(running)})";
            if (!isDetached)
                throw new ClickstreamException(ExitCode.DataFolder, $"{text}; stop it with: clickstream down");
            context.Terminal.Say($"A{text[1..]}.");
            WriteAddresses(context, settings, running);
            return ExitCode.Success;
        }

        var owner = isDetached ? null : new ForegroundCommand(ProcessIdentity.Of(Environment.ProcessId, "clickstream")!, "clickstream up");
        var workers = new WorkerSet(context, services, settings, owner, running);
        await workers.StartAsync(missing, needsIndexer);
        WriteAddresses(context, settings, workers.Entries);
        if (isDetached)
        {
            await services.LetGoAsync();
            context.Terminal.Say("Up. Stop it with: clickstream down");
            return ExitCode.Success;
        }

        context.Terminal.Say("Up. Ctrl-C stops it.");
        try
        {
            await workers.WatchAsync();
            return ExitCode.Success;
        }
        finally
        {
            await services.DisposeAsync();
            if (running.Count == 0)
                ServicesFile.Delete(folder);
            else
                new ServicesFile { Workers = running }.Save(folder);
        }
    }

    static async Task RefuseIfOwnedAsync(ServicesFile known, DataDirectory folder, CancellationToken cancellationToken)
    {
        if (known.Owner is { } owner && await owner.Process.IsAliveAsync(cancellationToken))
        {
            throw new ClickstreamException(ExitCode.DataFolder,
                $"data folder {folder.Path} is in use by `{owner.Name}` (pid {owner.Process.Pid}); end that with Ctrl-C or: clickstream down");
        }
    }

    static string Describe(IReadOnlyList<WorkerEntry> workers)
    {
        var consumers = workers.Count(static worker => !worker.IsIndexer);
        return (consumers == 1 ? "1 consumer" : $"{consumers} consumers") + (consumers < workers.Count ? " and the indexer" : "");
    }

    static void WriteAddresses(CommandContext context, PipelineSettings settings, IEnumerable<WorkerEntry> workers) =>
        Addresses.Write(
            context.Terminal.ErrorWriter, settings, settings.Read(KafkaOptions.Read).Topic, workers, DataFolder.LogDirectoryOf(context.Folder.Path));
}
