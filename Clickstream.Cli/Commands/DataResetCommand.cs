using System.CommandLine;
using System.Diagnostics;
using Clickstream.Cli.Kafka;
using Clickstream.Cli.Output;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary>
/// <c>data reset</c>: an empty topic, an empty schema and, where OpenSearch is known, empty indices. What works on them is stopped for it
/// and started again.
/// </summary>
sealed class DataResetCommand : CliCommand
{
    static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_groupLimit = TimeSpan.FromSeconds(15);
    static readonly DescribeConsumerGroupsOptions s_options = new() { RequestTimeout = TimeSpan.FromSeconds(5) };
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask" };

    public DataResetCommand()
        : base("reset", "Delete all records of the topic, all rows of the tables and all documents of the indices") => Add(_yes);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        settings.RequireKafka();
        settings.RequirePostgres();
        await using var clients = new Clients(settings);
        var database = new PipelineDatabase(clients.Database, clients.PostgresOptions.Schema);
        var topic = await clients.Topics.DescribeAsync(clients.KafkaOptions.Topic, context.Stop);

        context.Terminal.Say(await DescribeAsync(settings, clients, database, topic, context.Stop));
        if (!parsed.GetValue(_yes) && !Confirm(context))
        {
            context.Terminal.Say("Nothing was changed.");
            return ExitCode.Interrupted;
        }

        var paused = await PauseWorkersAsync(context);
        try
        {
            await RefuseIfConsumedAsync(clients, settings.Read(ConsumerOptions.Read).GroupId, context.Stop);
            await RefuseIfConsumedAsync(clients, settings.Read(IndexerOptions.Read).GroupId, context.Stop);
            await context.Terminal.StepAsync("Deleting", async () =>
            {
                // Both or, if the user stops it in between, again: a schema that knows more than the log would stop the consumer.
                await database.DropSchemaAsync(context.Stop);
                var partitions = topic?.PartitionCount ?? clients.KafkaOptions.Partitions;
                await TopicReset.RunAsync(clients.Kafka, clients.Topics, clients.KafkaOptions.Topic, partitions, context.Stop);
                if (settings.OpenSearchConnection is not null)
                    await clients.Indices.DeleteAsync(context.Stop);
            });
        }
        finally
        {
            await ResumeWorkersAsync(context, settings, paused);
        }
        context.Terminal.Say(settings.OpenSearchConnection is null
            ? $"Topic {clients.KafkaOptions.Topic} and schema {clients.PostgresOptions.Schema} are empty."
            : $"Topic {clients.KafkaOptions.Topic}, schema {clients.PostgresOptions.Schema} and the indices are empty.");
        return ExitCode.Success;
    }

    static async Task<string> DescribeAsync(
        PipelineSettings settings, Clients clients, PipelineDatabase database, KafkaTopic? topic, CancellationToken cancellationToken)
    {
        IReadOnlyList<LogOffsets> logs = topic is null ? [] : await TopicOffsets.ReadAsync(clients.Kafka.Admin, topic, cancellationToken);
        var rows = "no tables";
        if (await database.HasTablesAsync(cancellationToken))
        {
            var counts = await database.CountAsync(cancellationToken);
            rows = Invariant($"{counts.Events.Rows:N0} events, {counts.Sessions.Rows:N0} sessions, {counts.DeadLetters.Rows:N0} dead letters");
        }
        var text = Invariant($"""
            This deletes for good:
              topic {clients.KafkaOptions.Topic} at {settings.RequireKafka()}: {logs.Sum(static log => log.End - log.Start):N0} records
              schema {clients.PostgresOptions.Schema} at {Addresses.OfDatabase(settings.RequirePostgres())}: {rows}
            """);
        foreach (var index in IndicesOf(settings, clients))
        {
            if (await clients.OpenSearch.IndexExistsAsync(index, cancellationToken))
                text += Invariant($"{Environment.NewLine}  index {index} at {clients.OpenSearch.Address}: {await clients.OpenSearch.CountAsync(index, cancellationToken):N0} documents");
        }
        return text;
    }

    static string[] IndicesOf(PipelineSettings settings, Clients clients) => settings.OpenSearchConnection is null ? [] : clients.Indices.Names;

    static bool Confirm(CommandContext context)
    {
        if (Console.IsInputRedirected)
        {
            throw new ClickstreamException(ExitCode.Usage,
                "data reset asks before it deletes, and standard input is no terminal; say -y if you mean it");
        }
        Console.Error.Write("Delete it? [y/N] ");
        // A read of the terminal cannot be cancelled; Ctrl-C comes through on the next line or not at all.
        var read = Task.Run(Console.ReadLine);
        read.Wait(context.Stop);
        return read.Result?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Stops the consumers and the indexer of this data folder; an owner in the foreground waits until we are done.</summary>
    static async Task<IReadOnlyList<WorkerEntry>> PauseWorkersAsync(CommandContext context)
    {
        var services = ServicesFile.Load(context.Folder);
        var running = await services.RunningWorkersAsync(context.Stop);
        if (running.Count == 0)
            return [];
        (services with { PausedBy = ProcessIdentity.Of(Environment.ProcessId, "clickstream") }).Save(context.Folder);
        await context.Terminal.StepAsync("Stopping consumers and indexer", () =>
            Task.WhenAll(running.Select(worker => ProcessEnd.StopAsync(worker.Process, s_stopLimit, context.Hurry))));
        return running;
    }

    static async Task ResumeWorkersAsync(CommandContext context, PipelineSettings settings, IReadOnlyList<WorkerEntry> paused)
    {
        if (paused.Count == 0)
            return;
        var services = ServicesFile.Load(context.Folder) with { PausedBy = null };
        if (services.Owner is { } owner && await owner.Process.IsAliveAsync(CancellationToken.None))
        {
            // It starts them again itself.
            services.Save(context.Folder);
            await context.Terminal.StepAsync("Waiting for consumers and indexer", () =>
                WorkerStart.WaitUntilOwnerHasThemAsync(context, owner, paused.Count));
            return;
        }
        // Also after Ctrl-C: what ran before runs again.
        var undisturbed = context with { Stop = context.Hurry };
        await using var started = new RunningServices(context);
        await new WorkerSet(undisturbed, started, settings, owner: null, others: []).StartAsync(
            paused.Count(static worker => !worker.IsIndexer), paused.Any(static worker => worker.IsIndexer));
        await started.LetGoAsync();
    }

    /// <summary>A consumer or an indexer that does not know of this would go on with what is no more.</summary>
    static async Task RefuseIfConsumedAsync(Clients clients, string group, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var members = await MembersAsync(clients.Kafka.Admin, group, cancellationToken);
            if (members == 0)
                return;
            if (Stopwatch.GetElapsedTime(start) > s_groupLimit)
            {
                throw new ClickstreamException(ExitCode.Conflict,
                    $"group {group} has other members ({members}) than the consumers of this data folder; stop them first");
            }
            await Task.Delay(s_pause, cancellationToken);
        }
    }

    static async Task<int> MembersAsync(IAdminClient admin, string group, CancellationToken cancellationToken)
    {
        try
        {
            var result = await admin.DescribeConsumerGroupsAsync([group], s_options).WaitAsync(cancellationToken);
            return result.ConsumerGroupDescriptions[0].Members.Count;
        }
        catch (DescribeConsumerGroupsException e) when (e.Results.ConsumerGroupDescriptions is [{ Error.Code: ErrorCode.GroupIdNotFound }])
        {
            return 0;
        }
    }
}
