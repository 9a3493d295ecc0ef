using System.CommandLine;
using Clickstream.Cli.Output;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.Local;

namespace Clickstream.Cli.Commands;

/// <summary><c>up</c>: the infrastructure and the consumers.</summary>
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

    public UpCommand()
        : base("up", "Start the infrastructure and the consumers, and stay until Ctrl-C")
    {
        Add(_detach);
        Add(_consumers);
        _consumers.Validators.Add(NumberRange.Between(0, MaxConsumers));
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var folder = context.Folder;
        var wanted = parsed.GetValue(_consumers);
        var isDetached = parsed.GetValue(_detach);
        var known = ServicesFile.Load(folder);
        await RefuseIfOwnedAsync(known, folder, context.Stop);
        var running = await known.RunningConsumersAsync(context.Stop);

        await using var services = new RunningServices(context);
        var parts = PipelineSettings.MissingParts();
        var isUp = InfrastructureStart.IsUp(context, parts);
        if (!isUp)
            await InfrastructureStart.RunAsync(context, services, parts, !isDetached);
        var settings = PipelineSettings.Load(folder);
        if (isUp && running.Count >= wanted)
        {
            var text = $"already up in data folder {folder.Path} ({(running.Count == 1 ? "1 consumer" : $"{running.Count} consumers")})";
            if (!isDetached)
                throw new ClickstreamException(ExitCode.DataFolder, $"{text}; stop it with: clickstream down");
            context.Terminal.Say($"A{text[1..]}.");
            WriteAddresses(context, settings, running);
            return ExitCode.Success;
        }

        var owner = isDetached ? null : new ForegroundCommand(ProcessIdentity.Of(Environment.ProcessId, "clickstream")!, "clickstream up");
        var consumers = new ConsumerSet(context, services, settings, owner, running);
        await consumers.StartAsync(wanted - running.Count);
        WriteAddresses(context, settings, consumers.Entries);
        if (isDetached)
        {
            await services.LetGoAsync();
            context.Terminal.Say("Up. Stop it with: clickstream down");
            return ExitCode.Success;
        }

        context.Terminal.Say("Up. Ctrl-C stops it.");
        try
        {
            await consumers.WatchAsync();
            return ExitCode.Success;
        }
        finally
        {
            await services.DisposeAsync();
            if (running.Count == 0)
                ServicesFile.Delete(folder);
            else
                new ServicesFile { Consumers = running }.Save(folder);
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

    static void WriteAddresses(CommandContext context, PipelineSettings settings, IEnumerable<ConsumerEntry> consumers) =>
        Addresses.Write(
            context.Terminal.ErrorWriter, settings, settings.Read(KafkaOptions.Read).Topic, consumers, DataFolder.LogDirectoryOf(context.Folder.Path));
}
