using Clickstream.Cli.Kafka;
using Clickstream.Cli.Output;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Npgsql;

namespace Clickstream.Cli.Search;

/// <summary>Asks how far the indexer is. What does not answer is part of the answer.</summary>
static class IndexStatus
{
    static readonly TimeSpan s_probeLimit = TimeSpan.FromSeconds(2);

    /// <summary>Reads it.</summary>
    /// <returns>Null where no OpenSearch is known.</returns>
    public static async Task<IndexJson?> ReadAsync(
        DataDirectory folder, PipelineSettings settings, Clients clients, CancellationToken cancellationToken)
    {
        if (settings.OpenSearchConnection is not { } connection)
            return null;
        var indexer = await ReadIndexerAsync(folder, cancellationToken);
        var address = Addresses.OfOpenSearch(connection.Text);
        try
        {
            await clients.OpenSearch.InfoAsync(cancellationToken);
            var indices = clients.Indices;
            return new(
                new(true, address, connection.SourceName, null), indexer,
                await CountAsync(indices.Events), await CountAsync(indices.Sessions), await CountAsync(indices.DeadLetters),
                await ReadLagAsync(settings, clients, cancellationToken), await ReadSessionChangesAsync(clients, cancellationToken));
        }
        catch (Exception e) when (e is OpenSearchException or HttpRequestException or TimeoutException or ClickstreamException)
        {
            return new(new(false, address, connection.SourceName, Failure.Describe(e, false).Message), indexer, null, null, null, null, null);
        }

        async Task<long?> CountAsync(string index) =>
            await clients.OpenSearch.IndexExistsAsync(index, cancellationToken) ? await clients.OpenSearch.CountAsync(index, cancellationToken) : null;
    }

    static async Task<ConsumerJson?> ReadIndexerAsync(DataDirectory folder, CancellationToken cancellationToken)
    {
        using var health = new HealthProbe(s_probeLimit);
        var running = await ServicesFile.Load(folder).RunningWorkersAsync(cancellationToken);
        return running.FirstOrDefault(static worker => worker.IsIndexer) is { } indexer
            ? new(indexer.Process.Pid, await health.IsHealthyAsync(indexer.Url, cancellationToken), indexer.Url)
            : null;
    }

    static async Task<long?> ReadLagAsync(PipelineSettings settings, Clients clients, CancellationToken cancellationToken)
    {
        try
        {
            if (await clients.Topics.DescribeAsync(clients.KafkaOptions.Topic, cancellationToken) is not { } topic)
                return null;
            var logs = await TopicOffsets.ReadAsync(clients.Kafka.Admin, topic, cancellationToken);
            var group = settings.Read(IndexerOptions.Read).GroupId;
            var committed = await GroupOffsets.ReadAsync(clients.Kafka.Admin, group, topic, cancellationToken);
            return logs.Sum(log => Math.Max(0, log.End - Math.Max(log.Start, committed.GetValueOrDefault(log.Partition))));
        }
        catch (Exception e) when (e is KafkaException or ClickstreamException)
        {
            return null;
        }
    }

    static async Task<long?> ReadSessionChangesAsync(Clients clients, CancellationToken cancellationToken)
    {
        try
        {
            return await new PipelineDatabase(clients.Database, clients.PostgresOptions.Schema).CountSessionChangesAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or ClickstreamException)
        {
            return null;
        }
    }
}
