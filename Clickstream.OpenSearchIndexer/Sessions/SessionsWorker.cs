using System.Data;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.OpenSearchIndexer.Sessions;

/// <summary>
/// The table of sessions to OpenSearch: of all indexers one reads the feed, the others stand by until its lock is free. Not from Kafka:
/// what search shows must be what PostgreSQL has.
/// </summary>
sealed class SessionsWorker(
    NpgsqlDataSource database, IndexSetup setup, SearchIndices indices, OpenSearchClient client, OpenSearchRetry openSearchRetry,
    BulkWriterFactory writers, IndexerMetrics metrics, TimeProvider time, ILogger<SessionsWorker> logger) : BackgroundService
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);

    readonly DatabaseRetry _retry = new(time, logger);
    bool _standsBy;
    long? _saidWaiting;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await setup.EnsureAsync(stoppingToken);
        while (true)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await ReadAsync(connection, stoppingToken);
                _retry.Succeeded();
                await Task.Delay(s_pause, time, stoppingToken);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
            {
                // The schema was reset; the consumer makes it anew.
                await Task.Delay(s_pause, time, stoppingToken);
            }
            catch (Exception e) when (DatabaseRetry.IsDatabaseError(e))
            {
                await _retry.WaitAfterAsync(e, stoppingToken);
            }
        }
    }

    /// <summary>Reads the feed until the connection fails; returns at once where there is none, or another indexer reads it.</summary>
    async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var feed = new SessionFeed(connection);
        if (!await feed.ExistsAsync(cancellationToken))
        {
            SayWaiting();
            return;
        }
        if (!await feed.TryLockAsync(cancellationToken))
        {
            if (!_standsBy)
                logger.StandingBy();
            _standsBy = true;
            return;
        }
        _standsBy = false;
        _retry.Succeeded();
        try
        {
            using var deadLetters = new DeadLetters(writers.Create(indices.DeadLetters), metrics, time);
            using var reader = new FeedReader(connection, setup, client, openSearchRetry, writers.Create(indices.Sessions), deadLetters, time, logger);
            await reader.RunAsync(cancellationToken);
        }
        catch (InvalidOperationException e) when (connection.State != ConnectionState.Open)
        {
            // What Npgsql says where a connection is used that broke before, between two questions for instance.
            throw new NpgsqlException("the connection was lost", e);
        }
        finally
        {
            // The pool would keep the session, and the lock with it.
            if (connection.State == ConnectionState.Open)
                NpgsqlConnection.ClearPool(connection);
        }
    }

    void SayWaiting()
    {
        if (_saidWaiting is { } said && time.GetElapsedTime(said) < s_reportInterval)
            return;
        _saidWaiting = time.GetTimestamp();
        logger.WaitsForSchema();
    }
}
