using System.Net.Sockets;
using Clickstream.Cli.Kafka;
using Clickstream.Cli.Output;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Search;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Npgsql;

namespace Clickstream.Cli;

/// <summary>Asks everything what it is up to. What does not answer is part of the answer.</summary>
static class StatusReader
{
    static readonly TimeSpan s_probeLimit = TimeSpan.FromSeconds(2);

    public static async Task<StatusJson> ReadAsync(CommandContext context)
    {
        var (folder, cancellationToken) = (context.Folder, context.Stop);
        var settings = await PipelineSettings.LoadAsync(context);
        await using var clients = new Clients(settings);
        var (kafka, topic, logs) = await ReadKafkaAsync(settings, clients, cancellationToken);
        var (postgres, stored) = await ReadPostgresAsync(settings, clients, topic, cancellationToken);
        var partitions = logs is null ? null : (IReadOnlyList<PartitionJson>)[.. logs.Select(log => ToPartition(log, stored?.Offsets))];
        var counts = stored?.Counts;
        return new(
            folder.Path, kafka, postgres, await ReadValkeyAsync(settings, cancellationToken),
            LocalState.Load(folder.Path) is { } state ? new(state.Pid, state.StartedAt) : null,
            await ReadConsumersAsync(folder, cancellationToken),
            clients.KafkaOptions.Topic, partitions,
            // Without the stored offsets nothing can be said of what is missing.
            stored is null ? null : partitions?.Sum(static partition => partition.Lag),
            counts?.Events.Rows, counts?.Sessions.Rows, counts?.DeadLetters.Rows, counts?.LostRanges, counts?.LostRecords,
            counts is not null && (counts.Events.IsEstimated || counts.Sessions.IsEstimated || counts.DeadLetters.IsEstimated),
            await IndexStatus.ReadAsync(folder, settings, clients, cancellationToken));
    }

    static PartitionJson ToPartition(LogOffsets log, IReadOnlyDictionary<int, long>? stored)
    {
        long? next = stored is not null && stored.TryGetValue(log.Partition, out var offset) ? offset : null;
        return new(log.Partition, log.Start, log.End, next, Math.Max(0, log.End - Math.Max(next ?? 0, log.Start)));
    }

    static async Task<(ServerJson Server, KafkaTopic? Topic, IReadOnlyList<LogOffsets>? Logs)> ReadKafkaAsync(
        PipelineSettings settings, Clients clients, CancellationToken cancellationToken)
    {
        if (settings.KafkaConnection is not { } connection)
            return (NotStarted, null, null);
        try
        {
            var topic = await clients.Topics.DescribeAsync(clients.KafkaOptions.Topic, cancellationToken);
            var logs = topic is null ? null : await TopicOffsets.ReadAsync(clients.Kafka.Admin, topic, cancellationToken);
            return (Up(connection.Text, connection.SourceName), topic, logs);
        }
        catch (Exception e) when (e is KafkaException or ClickstreamException)
        {
            return (Down(connection.Text, connection.SourceName, e), null, null);
        }
    }

    static async Task<(ServerJson Server, (IReadOnlyDictionary<int, long> Offsets, StoredCounts Counts)? Stored)> ReadPostgresAsync(
        PipelineSettings settings, Clients clients, KafkaTopic? topic, CancellationToken cancellationToken)
    {
        if (settings.PostgresConnection is not { } connection)
            return (NotStarted, null);
        var address = Addresses.OfDatabase(connection.Text);
        try
        {
            var database = new PipelineDatabase(clients.Database, clients.PostgresOptions.Schema);
            if (!await database.HasTablesAsync(cancellationToken))
                return (Up(address, connection.SourceName), null);
            // Of the topic that there is, which the consumers may not have registered yet.
            var offsets = topic is null ? new Dictionary<int, long>() : await database.StoredOffsetsAsync(topic.Id, cancellationToken);
            return (Up(address, connection.SourceName), (offsets, await database.CountAsync(cancellationToken)));
        }
        catch (Exception e) when (e is NpgsqlException or ClickstreamException)
        {
            return (Down(address, connection.SourceName, e), null);
        }
    }

    static async Task<ServerJson?> ReadValkeyAsync(PipelineSettings settings, CancellationToken cancellationToken)
    {
        // Only the embedded one is asked, and only whether it is there: of another the address alone is not enough to connect.
        if (settings.ValkeyConnection is not { Source: SettingSource.Embedded } connection)
            return null;
        var address = connection.Text.Split(',')[0];
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_probeLimit);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(System.Net.IPEndPoint.Parse(address), limit.Token);
            return Up(address, connection.SourceName);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Down(address, connection.SourceName, e);
        }
    }

    static async Task<IReadOnlyList<ConsumerJson>> ReadConsumersAsync(DataDirectory folder, CancellationToken cancellationToken)
    {
        using var health = new HealthProbe(s_probeLimit);
        var running = await ServicesFile.Load(folder).RunningWorkersAsync(cancellationToken);
        return await Task.WhenAll(running.Where(static worker => !worker.IsIndexer).Select(async consumer => new ConsumerJson(
            consumer.Process.Pid, await health.IsHealthyAsync(consumer.Url, cancellationToken), consumer.Url)));
    }

    static ServerJson NotStarted => new(false, null, null, "not started");

    static ServerJson Up(string address, string source) => new(true, address, source, null);

    static ServerJson Down(string address, string source, Exception e) => new(false, address, source, Failure.Describe(e, false).Message);
}
