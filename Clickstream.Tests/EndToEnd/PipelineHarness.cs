using System.Globalization;
using System.Text;
using Clickstream.Cli.Verification;
using Clickstream.Core.Events;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Npgsql;

namespace Clickstream.Tests.EndToEnd;

/// <summary>
/// A pipeline of a test's own: a topic, a database, and consumers as processes, on a broker and a PostgreSQL that may be shared.
/// </summary>
sealed class PipelineHarness(string bootstrapServers, string connectionString, string topic) : IAsyncDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    readonly List<ChildProcess> _consumers = [];
    readonly NpgsqlDataSource _database = CreateDataSource(connectionString);
    readonly IProducer<byte[]?, byte[]?> _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        Partitioner = Partitioner.Murmur2,
        EnableIdempotence = true,
        LingerMs = 2,
    }).SetKeySerializer(Bytes).SetValueSerializer(Bytes).SetLogHandler(static (_, _) => { }).Build();

    public string Topic => topic;

    public NpgsqlDataSource Database => _database;

    /// <summary>Settings of the consumers to be started, over those of a test: small batches, little lateness, so that all paths are taken.</summary>
    public Dictionary<string, string> Settings { get; } = new()
    {
        ["ConnectionStrings__kafka"] = bootstrapServers,
        ["ConnectionStrings__clickstream"] = connectionString,
        ["Kafka__Topic"] = topic,
        ["Consumer__GroupId"] = topic,
        ["Consumer__MaxBatchSize"] = "700",
        ["Consumer__AllowedLateness"] = "00:05:00",
        ["Logging__LogLevel__Default"] = "Information",
    };

    static ISerializer<byte[]?> Bytes => new ByteSerializer();

    /// <summary>Starts a consumer, which may be given another way to the same database.</summary>
    public ChildProcess StartConsumer(string? way = null)
    {
        var settings = new Dictionary<string, string>(Settings);
        if (way is not null)
            settings["ConnectionStrings__clickstream"] = way;
        var consumer = ChildProcess.StartService("Clickstream.Consumer", settings, "--exit-with-parent");
        _consumers.Add(consumer);
        return consumer;
    }

    public void Produce(IEnumerable<ClickEvent> events)
    {
        foreach (var e in events)
            ProduceRaw(Encoding.ASCII.GetBytes(e.VisitorId.ToString(CultureInfo.InvariantCulture)), Json(e));
    }

    public void ProduceRaw(byte[]? key, byte[]? value, int partition = -1, Headers? headers = null) =>
        _producer.Produce(new TopicPartition(topic, partition < 0 ? Partition.Any : partition),
            new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = headers });

    /// <summary>Waits until all that was produced is in the log.</summary>
    public void Flush() => _producer.Flush(s_limit);

    /// <summary>Waits until the stored offsets have reached the log's end, which records that are sent on put further off.</summary>
    public async Task WaitUntilStoredAsync(CancellationToken cancellationToken)
    {
        Flush();
        var stored = 0L;
        for (var end = LogEnds().Values.Sum(); stored < end; end = LogEnds().Values.Sum())
        {
            await WaitUntilSomeStoredAsync(end, cancellationToken);
            stored = await StoredOffsetsAsync(cancellationToken);
        }
    }

    /// <summary>Waits until some, but presumably not all, of what was produced is stored.</summary>
    public async Task WaitUntilSomeStoredAsync(long atLeast, CancellationToken cancellationToken)
    {
        var stored = 0L;
        try
        {
            await Eventually.TrueAsync(async () => (stored = await StoredOffsetsAsync(cancellationToken)) >= atLeast, s_limit);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException(
                $"{stored} of {atLeast} offsets stored{string.Concat(_consumers.Select(consumer => consumer.Transcript()))}", e);
        }
    }

    public async Task<long> StoredOffsetsAsync(CancellationToken cancellationToken) =>
        await StoredByPartitionAsync(cancellationToken) is { Count: > 0 } stored ? stored.Values.Sum() : -1;

    /// <summary>The stored offset of each partition; nothing where the database is not migrated yet, or down on purpose.</summary>
    public async Task<Dictionary<int, long>> StoredByPartitionAsync(CancellationToken cancellationToken)
    {
        var stored = new Dictionary<int, long>();
        try
        {
            await using var command = _database.CreateCommand(
                "SELECT partition, coalesce(next_offset, 0) FROM partition_offsets WHERE topic_id = (SELECT topic_id FROM topics ORDER BY generation DESC LIMIT 1)");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                stored.Add(reader.GetInt32(0), reader.GetInt64(1));
            return stored;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            return [];
        }
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The one rule: the distinct events of the input are stored, once each, and the sessions are what SQL makes of them.</summary>
    public async Task AssertExactAsync(IEnumerable<ClickEvent> produced, CancellationToken cancellationToken)
    {
        var expected = produced.Select(Identity).ToHashSet();
        var stored = new List<(long, long, string, long)>();
        await using (var command = _database.CreateCommand(
            "SELECT (extract(epoch FROM event_time) * 1000)::bigint, visitor_id, event::text, item_id FROM events"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                stored.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3)));
        }
        Assert.Equal(expected.Count, stored.Count);
        Assert.Superset(stored.ToHashSet(), expected);

        var verification = await SessionVerifier.VerifyAsync(_database, "clickstream", TimeSpan.FromMinutes(30), cancellationToken);
        Assert.True(verification.Verified, $"{verification.Differing} sessions differ");
        Assert.True(verification.Sessions > 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var consumer in _consumers)
            await consumer.DisposeAsync();
        _producer.Dispose();
        await _database.DisposeAsync();
    }

    public static byte[] Json(in ClickEvent e)
    {
        Span<byte> value = stackalloc byte[EventJson.MaxLength];
        return value[..EventJson.Write(e, value)].ToArray();
    }

    /// <summary>Where the log of each partition ends.</summary>
    public Dictionary<int, long> LogEnds()
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = LocalInfrastructure.UniqueName() })
            .SetLogHandler(static (_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return admin.GetMetadata(topic, s_limit).Topics.Single().Partitions
            .ToDictionary(
                static partition => partition.PartitionId,
                partition => consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition.PartitionId), s_limit).High.Value);
    }

    static (long, long, string, long) Identity(ClickEvent e) => (e.Timestamp, e.VisitorId, Encoding.ASCII.GetString(EventTypes.Name(e.Type)), e.ItemId);

    static NpgsqlDataSource CreateDataSource(string connectionString) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "clickstream" });

    sealed class ByteSerializer : ISerializer<byte[]?>
    {
        public byte[]? Serialize(byte[]? data, SerializationContext context) => data;
    }
}
