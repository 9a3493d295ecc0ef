using System.CommandLine;
using Clickstream.Cli.Demo;
using Clickstream.Cli.Output;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Local;

namespace Clickstream.Cli.Commands;

/// <summary>
/// <c>demo</c>: the whole pipeline at work on a file of its own making, and the proof that the result is right. It has a topic, a
/// schema and a consumer group of its own, which each demo begins anew: what a user has stored stays untouched.
/// </summary>
sealed class DemoCommand : CliCommand
{
    const int MaxPartitions = 1_000;

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    readonly Option<long> _events = new("--events", "-n")
    {
        Description = "How many rows",
        HelpName = "N",
        DefaultValueFactory = static _ => 200_000,
    };
    readonly Option<int> _partitions = new("--partitions", "-p")
    {
        Description = "Partitions of the topic",
        HelpName = "P",
        DefaultValueFactory = static _ => 6,
    };
    readonly Option<long> _seed = new("--seed")
    {
        Description = "Another number, other events",
        HelpName = "S",
        DefaultValueFactory = static _ => 1,
    };
    readonly Option<bool> _openSearch = new("--opensearch") { Description = "Index the events and the sessions, too (or set OpenSearch__Enabled=true)" };
    readonly Option<bool> _exit = new("--exit") { Description = "Leave when it is done, instead of staying up until Ctrl-C" };
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of tables" };

    public DemoCommand()
        : base("demo", "See it work: replay a generated file through the whole pipeline, and verify the result")
    {
        Add(_events);
        Add(_partitions);
        Add(_seed);
        Add(_openSearch);
        Add(_exit);
        Add(_json);
        _events.Validators.Add(NumberRange.Between(1, 1_000_000_000));
        _partitions.Validators.Add(NumberRange.Between(1, MaxPartitions));
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var withOpenSearch = await WantsOpenSearchAsync(parsed, context);
        string[] needed = [PartName.Kafka, PartName.PostgreSql, .. withOpenSearch ? [PartName.OpenSearch] : Array.Empty<string>()];
        return await ForegroundRun.RunAsync(context, Name, needed, [.. needed, PartName.Valkey], services => RunAsync(parsed, context, services));
    }

    async Task<bool> WantsOpenSearchAsync(ParseResult parsed, CommandContext context) =>
        parsed.GetValue(_openSearch) || (await context.UserSettingsAsync()).IsOpenSearchEnabled();

    async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, RunningServices services)
    {
        // The infrastructure may have been somebody else's, and may have ended since it was looked at.
        var state = LocalState.Load(context.Folder.Path) ?? throw new ClickstreamException(ExitCode.Unavailable,
            $"the infrastructure in data folder {context.Folder.Path} was stopped");
        var plan = new DemoPlan(parsed.GetValue(_events), parsed.GetValue(_partitions), parsed.GetValue(_seed), await WantsOpenSearchAsync(parsed, context));
        var settings = await PipelineSettings.EmbeddedAsync(context, state, plan.Settings);
        var terminal = context.Terminal;
        await using var clients = new Clients(settings);

        var result = await new DemoRun(context, services, settings, clients, plan).RunAsync();
        if (parsed.GetValue(_json))
            await terminal.OutputWriter.WriteLineAsync(Json.Line(result.ToJson(plan), CliJson.Default.DemoJson));
        else
            DemoReport.Write(terminal.Output, result);

        if (!parsed.GetValue(_exit))
            await StayAsync(context, services, settings);
        return result.IsVerified ? ExitCode.Success : ExitCode.CheckFailed;
    }

    static async Task StayAsync(CommandContext context, RunningServices services, PipelineSettings settings)
    {
        var terminal = context.Terminal;
        Addresses.Write(terminal.ErrorWriter, settings, DemoPlan.Topic, [], DataFolder.LogDirectoryOf(context.Folder.Path));
        terminal.Say("Look around from another terminal:");
        terminal.Say($"  Postgres__Schema={DemoPlan.Schema} ./clickstream psql -c 'select * from sessions where converted limit 5'");
        terminal.Say($"  Kafka__Topic={DemoPlan.Topic} Postgres__Schema={DemoPlan.Schema} ./clickstream status");
        if (settings.OpenSearchConnection is not null)
            terminal.Say($"  OpenSearch__IndexPrefix={DemoPlan.Group} ./clickstream search 'event:transaction'");
        terminal.Say("");
        terminal.Say("Still up. Ctrl-C ends the demo.");
        try
        {
            while (true)
            {
                services.ThrowIfOneHasEnded();
                await Task.Delay(s_pause, context.Stop);
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }
}
