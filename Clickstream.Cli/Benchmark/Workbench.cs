using Clickstream.Cli.Kafka;
using Clickstream.Cli.Output;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Npgsql;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>
/// A benchmark's own topic, schemas and consumer group, on whatever infrastructure there is: what a user has stored stays untouched.
/// All of it is gone when the benchmark ends, unless it is worth a look.
/// </summary>
sealed class Workbench : IAsyncDisposable
{
    public const string Topic = "clickstream-benchmark";
    public const string Schema = "clickstream_benchmark";
    public const string FloorSchema = "clickstream_benchmark_floor";
    const string Group = "clickstream-benchmark";

    // What the workers say at their end must not be lost to a user's settings.
    static readonly string[] s_summaryLogLevels =
        ["Logging:LogLevel:Clickstream.Consumer.ConsumerWorker", "Logging:LogLevel:Clickstream.OpenSearchIndexer.Events.EventsWorker"];

    readonly CommandContext _context;
    readonly RunningServices _services;
    readonly PipelineSettings _settings;
    readonly Clients _clients;
    readonly PipelineDatabase _floorDatabase;
    bool _mayCheckpoint = true;

    Workbench(CommandContext context, RunningServices services, PipelineSettings settings, Clients clients)
    {
        (_context, _services, _settings, _clients) = (context, services, settings, clients);
        Database = new(clients.Database, Schema);
        _floorDatabase = new(clients.Database, FloorSchema);
        Floor = new(clients.Database, Schema, FloorSchema);
    }

    public CommandContext Context => _context;

    public Terminal Terminal => _context.Terminal;

    public RunningServices Services => _services;

    public PipelineSettings Settings => _settings;

    public Clients Clients => _clients;

    public PipelineDatabase Database { get; }

    public StoreFloor Floor { get; }

    /// <summary>The consumers also write down which sessions change, as if a search index followed them.</summary>
    public bool HasSessionFeed { get; init; }

    /// <summary>There is OpenSearch, too, with indices of the benchmark's own.</summary>
    public bool HasOpenSearch { get; init; }

    /// <summary>Topic and schema stay when the benchmark ends.</summary>
    public bool IsKept { get; set; }

    /// <summary>Runs a benchmark on one, with infrastructure that is started where none is up.</summary>
    public static async Task<ExitCode> RunAsync(
        CommandContext context, Func<Workbench, Task<ExitCode>> work, bool hasSessionFeed = false, bool hasOpenSearch = false)
    {
        var user = await context.UserSettingsAsync();
        string[] parts = [.. user.MissingParts(hasOpenSearch).Where(static part => part != PartName.Valkey)];
        return await ForegroundRun.RunAsync(context, "benchmark", parts, parts, async services =>
        {
            var settings = await SettingsOfAsync(context, Group);
            settings.RequireKafka();
            settings.RequirePostgres();
            if (hasOpenSearch)
                settings.RequireOpenSearch();
            await using var clients = new Clients(settings);
            await using var bench = new Workbench(context, services, settings, clients) { HasSessionFeed = hasSessionFeed, HasOpenSearch = hasOpenSearch };
            return await work(bench);
        });
    }

    /// <summary>Makes topic and tables anew, and keeps autovacuum away from them.</summary>
    public async Task<KafkaTopic> ResetAsync(int partitions)
    {
        await DropSchemasAsync(_context.Stop);
        var topic = await ResetTopicAsync(partitions);
        // The tables are the consumer's to make. In another group, so that the one that is measured begins as an empty one.
        var maker = WorkerStart.Start(_context, _services, await SettingsOfAsync(_context, Group + "-schema"), Programs.Consumer, "benchmark-schema", isAttached: true);
        await WorkerStart.WaitUntilReadyAsync(_context, [maker]);
        await _services.StopAsync(maker.Process);
        await using var command = _clients.Database.CreateCommand(
            $"ALTER TABLE {Schema}.events SET (autovacuum_enabled = off); ALTER TABLE {Schema}.sessions SET (autovacuum_enabled = off)");
        await command.ExecuteNonQueryAsync(_context.Stop);
        if (HasSessionFeed)
        {
            await using var feed = _clients.Database.CreateCommand($"INSERT INTO {Schema}.session_feed (read_at, backfill_version) VALUES (now(), 1)");
            await feed.ExecuteNonQueryAsync(_context.Stop);
        }
        return topic;
    }

    /// <summary>Makes the topic anew.</summary>
    public Task<KafkaTopic> ResetTopicAsync(int partitions) =>
        TopicReset.RunAsync(_clients.Kafka, _clients.Topics, Topic, partitions, _context.Stop);

    /// <summary>Starts consumers and waits until they are ready.</summary>
    public async Task<IReadOnlyList<(ServiceProcess Process, WorkerEntry Entry)>> StartConsumersAsync(int count)
    {
        var consumers = Enumerable.Range(1, count)
            .Select(number => WorkerStart.Start(_context, _services, _settings, Programs.Consumer, Invariant($"benchmark-consumer-{number}"), isAttached: true))
            .ToArray();
        await WorkerStart.WaitUntilReadyAsync(_context, consumers);
        return consumers;
    }

    /// <summary>Has earlier writes go to disk now, so that they do not while something else is measured.</summary>
    public async Task CheckpointAsync()
    {
        if (!_mayCheckpoint)
            return;
        try
        {
            await using var command = _clients.Database.CreateCommand("CHECKPOINT");
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(_context.Stop);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            _mayCheckpoint = false;
            Terminal.Say("The database's role may not CHECKPOINT: what was written before may go to disk while the runs are measured");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsKept)
        {
            Terminal.Say($"Topic {Topic} and schema {Schema} are kept for a look");
            return;
        }
        await _services.StopWorkersAsync();
        try
        {
            await DropSchemasAsync(_context.Hurry);
            await TopicReset.DeleteAsync(_clients.Kafka, _clients.Topics, Topic, _context.Hurry);
            if (HasOpenSearch)
                await _clients.Indices.DeleteAsync(_context.Hurry);
        }
        catch (Exception e) when (e is NpgsqlException or KafkaException or ClickstreamException or OpenSearchException or HttpRequestException or OperationCanceledException)
        {
            Terminal.Warn($"topic {Topic} and schema {Schema} could not be removed; the next benchmark begins them anew");
        }
    }

    static Task<PipelineSettings> SettingsOfAsync(CommandContext context, string group) => PipelineSettings.LoadAsync(context, new Dictionary<string, string?>
    {
        ["Kafka:Topic"] = Topic,
        ["Postgres:Schema"] = Schema,
        ["Consumer:GroupId"] = group,
        ["Indexer:GroupId"] = group,
        ["Indexer:Sessions"] = "false",
        ["OpenSearch:IndexPrefix"] = Topic,
        [s_summaryLogLevels[0]] = "Information",
        [s_summaryLogLevels[1]] = "Information",
    });

    async Task DropSchemasAsync(CancellationToken cancellationToken)
    {
        // The second one's tables use a type of the first.
        await _floorDatabase.DropSchemaAsync(cancellationToken);
        await Database.DropSchemaAsync(cancellationToken);
    }
}
