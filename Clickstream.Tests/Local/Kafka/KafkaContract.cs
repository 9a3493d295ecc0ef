using System.Globalization;
using System.Text;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>
/// What the pipeline needs of a Kafka, seen through librdkafka. Written once, run on the embedded broker and on Apache Kafka: where the
/// two differ, the embedded one is wrong.
/// </summary>
public abstract partial class KafkaContract
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    readonly string _topic = "t-" + Guid.NewGuid().ToString("n");
    readonly string _group = "g-" + Guid.NewGuid().ToString("n");

    protected abstract string BootstrapServers { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_topic_is_made_with_the_partitions_asked_for_and_an_id_of_its_own()
    {
        await CreateTopic(partitions: 3);
        var topic = await Describe();
        Assert.Equal(3, topic.Partitions.Count);
        Assert.NotEqual((0, 0), (topic.TopicId.MostSignificantBits, topic.TopicId.LeastSignificantBits));
        Assert.False(topic.IsInternal);
    }

    [Theory]
    [InlineData("no/slashes", 1, 1, ErrorCode.TopicException)]
    [InlineData("fine", 0, 1, ErrorCode.InvalidPartitions)]
    [InlineData("fine", 1, 3, ErrorCode.InvalidReplicationFactor)]
    public async Task A_topic_that_cannot_be_is_refused(string name, int partitions, short replicas, ErrorCode error)
    {
        using var admin = Admin();
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync(
            [new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas }]));
        Assert.Equal(error, refused.Results[0].Error.Code);
        Assert.NotEmpty(refused.Results[0].Error.Reason);
    }

    [Fact]
    public async Task A_topic_is_not_made_twice_and_unknown_configs_are_refused()
    {
        await CreateTopic();
        using var admin = Admin();
        var twice = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = 1 }]));
        Assert.Equal(ErrorCode.TopicAlreadyExists, twice.Results[0].Error.Code);
        var config = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync(
            [new() { Name = _topic + "2", NumPartitions = 1, Configs = new() { ["no.such.config"] = "1" } }]));
        Assert.Equal(ErrorCode.InvalidConfig, config.Results[0].Error.Code);
    }

    [Fact]
    public async Task A_topic_checked_only_is_not_made()
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = 1 }], new() { ValidateOnly = true });
        Assert.DoesNotContain(admin.GetMetadata(s_patience).Topics, t => t.Topic == _topic);
    }

    [Fact]
    public void Asking_for_a_topic_does_not_make_it()
    {
        using var admin = Admin();
        Assert.Equal(ErrorCode.UnknownTopicOrPart, admin.GetMetadata(_topic, s_patience).Topics[0].Error.Code);
        Assert.DoesNotContain(admin.GetMetadata(s_patience).Topics, t => t.Topic == _topic);
    }

    [Fact]
    public async Task A_topic_deleted_and_made_anew_has_another_id_and_nothing_of_the_old_one()
    {
        await CreateTopic();
        await Produce(0, 5);
        using (var consumer = Consumer())
            consumer.Commit([new(_topic, 0, 5)]);
        var before = (await Describe()).TopicId.ToString();
        using var admin = Admin();
        await admin.DeleteTopicsAsync([_topic]);
        await Eventually.TrueAsync(() => admin.GetMetadata(s_patience).Topics.TrueForAll(t => t.Topic != _topic));
        await CreateTopic();
        Assert.NotEqual(before, (await Describe()).TopicId.ToString());
        Assert.Equal((0, 0), Watermarks(0));
        await Produce(0, 1);
        await Eventually.TrueAsync(async () => (await Committed()).GetValueOrDefault(0, Offset.Unset) == Offset.Unset);
    }

    [Fact]
    public async Task The_partition_count_of_a_topic_may_rise_and_never_falls()
    {
        await CreateTopic(partitions: 2);
        await Produce(1, 3);
        var id = (await Describe()).TopicId.ToString();
        using var admin = Admin();
        await admin.CreatePartitionsAsync([new() { Topic = _topic, IncreaseTo = 5 }]);
        await Eventually.TrueAsync(async () => (await Describe()).Partitions.Count == 5);
        Assert.Equal(id, (await Describe()).TopicId.ToString());
        await Produce(4, 2);
        Assert.Equal(((0, 3), (0, 2)), (Watermarks(1), Watermarks(4)));
        var fewer = await Assert.ThrowsAsync<CreatePartitionsException>(() =>
            admin.CreatePartitionsAsync([new() { Topic = _topic, IncreaseTo = 3 }]));
        Assert.Equal(ErrorCode.InvalidPartitions, fewer.Results[0].Error.Code);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Records_come_back_as_they_were_sent_and_in_order(CompressionType compression)
    {
        await CreateTopic();
        var sent = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        using (var producer = Producer(c => c.CompressionType = compression))
        {
            for (var i = 0; i < 1000; i++)
            {
                producer.Produce(new TopicPartition(_topic, 0), new()
                {
                    Key = i % 10 == 0 ? null! : "key " + i,
                    Value = i % 7 == 0 ? null! : "value " + i,
                    Timestamp = new(sent.AddMilliseconds(i)),
                    Headers = new() { { "number", Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)) } },
                });
            }

            producer.Flush(Cancellation);
        }

        var records = Consume(0, Offset.Beginning, 1000);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(i, records[i].Offset);
            Assert.Equal(i % 10 == 0 ? null : "key " + i, records[i].Message.Key);
            Assert.Equal(i % 7 == 0 ? null : "value " + i, records[i].Message.Value);
            Assert.Equal((sent.AddMilliseconds(i).ToUnixTimeMilliseconds(), TimestampType.CreateTime),
                (records[i].Message.Timestamp.UnixTimestampMs, records[i].Message.Timestamp.Type));
            var header = Encoding.ASCII.GetString(records[i].Message.Headers.GetLastBytes("number"));
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), header);
        }
    }

    [Theory]
    [InlineData(Acks.None)]
    [InlineData(Acks.Leader)]
    [InlineData(Acks.All)]
    public async Task Every_kind_of_acknowledgement_works(Acks acks)
    {
        await CreateTopic();
        using (var producer = Producer(c => (c.EnableIdempotence, c.Acks) = (false, acks)))
        {
            for (var i = 0; i < 100; i++) producer.Produce(new TopicPartition(_topic, 0), new() { Value = "x" });
            producer.Flush(Cancellation);
        }

        await Eventually.TrueAsync(() => Watermarks(0) == (0, 100));
    }

    [Fact]
    public async Task A_record_larger_than_the_topic_allows_is_refused_and_others_are_not()
    {
        await CreateTopic(configs: new() { ["max.message.bytes"] = "1000" });
        using var producer = Producer();
        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(() =>
            producer.ProduceAsync(new TopicPartition(_topic, 0), new() { Value = new('x', 2000) }, Cancellation));
        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
        using var another = Producer();
        await another.ProduceAsync(new TopicPartition(_topic, 0), new() { Value = "small" }, Cancellation);
    }

    [Fact]
    public async Task A_record_of_the_far_future_is_refused_and_one_of_the_far_past_is_not()
    {
        await CreateTopic();
        using var producer = Producer();
        var partition = new TopicPartition(_topic, 0);
        await producer.ProduceAsync(partition, new() { Value = "x", Timestamp = new(DateTimeOffset.UnixEpoch.AddYears(1)) }, Cancellation);
        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(() =>
            producer.ProduceAsync(partition, new() { Value = "x", Timestamp = new(DateTimeOffset.UtcNow.AddHours(2)) }, Cancellation));
        Assert.Equal(ErrorCode.InvalidTimestamp, refused.Error.Code);
    }

    [Fact]
    public async Task A_consumer_at_the_end_gets_the_next_record_at_once()
    {
        await CreateTopic();
        using var consumer = Consumer();
        consumer.Assign(new TopicPartitionOffset(_topic, 0, Offset.Beginning));
        using var producer = Producer();
        for (var i = 0; i < 20; i++)
        {
            await producer.ProduceAsync(new TopicPartition(_topic, 0), new() { Value = "x" }, Cancellation);
            Assert.Equal(i, ConsumeOne(consumer).Offset);
        }
    }

    [Fact]
    public async Task Reading_can_begin_at_any_offset_and_not_outside_the_log()
    {
        await CreateTopic();
        await Produce(0, 100);
        foreach (var offset in new[] { 0, 1, 50, 99 }) Assert.Equal(offset, Consume(0, offset, 1)[0].Offset);
        using var consumer = Consumer(c => c.AutoOffsetReset = AutoOffsetReset.Error);
        consumer.Assign(new TopicPartitionOffset(_topic, 0, 101));
        var error = await Assert.ThrowsAsync<ConsumeException>(async () =>
            await Eventually.TrueAsync(() => consumer.Consume(TimeSpan.FromMilliseconds(100)) is not null));
        Assert.Equal(ErrorCode.Local_AutoOffsetReset, error.Error.Code); // out of range, and told not to choose another
    }

    [Fact]
    public async Task Offsets_are_found_by_time()
    {
        await CreateTopic();
        using (var producer = Producer(c => c.LingerMs = 50))
        {
            for (var i = 0; i < 50; i++)
            {
                var timestamp = new Timestamp(1_700_000_000_000 + (i * 1000), TimestampType.CreateTime);
                producer.Produce(new TopicPartition(_topic, 0), new() { Value = "x", Timestamp = timestamp });
            }

            producer.Flush(Cancellation);
        }

        using var consumer = Consumer();
        long Find(long timestamp) => consumer.OffsetsForTimes(
            [new(new(_topic, 0), new Timestamp(timestamp, TimestampType.CreateTime))], s_patience)[0].Offset;
        Assert.Equal(0, Find(0));
        Assert.Equal(0, Find(1_700_000_000_000));
        Assert.Equal(1, Find(1_700_000_000_001));
        Assert.Equal(30, Find(1_700_000_030_000));
        Assert.Equal(Offset.End.Value, Find(1_700_000_049_001));
    }

    [Fact]
    public async Task Records_deleted_on_request_are_gone_and_the_log_starts_behind_them()
    {
        await CreateTopic();
        await Produce(0, 100);
        using var admin = Admin();
        await admin.DeleteRecordsAsync([new(_topic, 0, 40)]);
        Assert.Equal((40, 100), Watermarks(0));
        Assert.Equal(40, Consume(0, Offset.Beginning, 1)[0].Offset);
    }

    [Fact]
    public async Task Topic_configs_can_be_read_back()
    {
        await CreateTopic(configs: new() { ["retention.bytes"] = "12345678" });
        using var admin = Admin();
        var configs = Assert.Single(await admin.DescribeConfigsAsync([new() { Type = ResourceType.Topic, Name = _topic }]));
        Assert.Equal(("12345678", false), (configs.Entries["retention.bytes"].Value, configs.Entries["retention.bytes"].IsDefault));
        Assert.Equal(("delete", true), (configs.Entries["cleanup.policy"].Value, configs.Entries["cleanup.policy"].IsDefault));
    }

    [Fact]
    public async Task Topic_configs_can_be_altered_and_taken_back()
    {
        await CreateTopic();
        using var admin = Admin();
        var resource = new ConfigResource { Type = ResourceType.Topic, Name = _topic };
        async Task<string> Alter(AlterConfigOpType operation, string value)
        {
            await admin.IncrementalAlterConfigsAsync(new()
            {
                [resource] = [new() { Name = "retention.ms", Value = value, IncrementalOperation = operation }],
            });
            return (await admin.DescribeConfigsAsync([resource]))[0].Entries["retention.ms"].Value;
        }

        await Eventually.TrueAsync(async () => await Alter(AlterConfigOpType.Set, "12345") == "12345");
        await Eventually.TrueAsync(async () => await Alter(AlterConfigOpType.Delete, "") == "604800000");
        await Assert.ThrowsAsync<IncrementalAlterConfigsException>(() => Alter(AlterConfigOpType.Set, "soon"));
    }

    [Fact]
    public async Task The_cluster_describes_itself()
    {
        using var admin = Admin();
        var cluster = await admin.DescribeClusterAsync();
        Assert.NotEmpty(cluster.ClusterId);
        Assert.Equal(BootstrapServers, Assert.Single(cluster.Nodes) is var node ? $"{node.Host}:{node.Port}" : "");
    }

    async Task CreateTopic(int partitions = 1, Dictionary<string, string>? configs = null)
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = configs ?? [] }]);
        await Eventually.TrueAsync(() => admin.GetMetadata(_topic, s_patience).Topics[0].Partitions.Count == partitions);
    }

    async Task<TopicDescription> Describe()
    {
        using var admin = Admin();
        return Assert.Single((await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([_topic]))).TopicDescriptions);
    }

    async Task Produce(int partition, int count)
    {
        using var producer = Producer();
        await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            producer.ProduceAsync(new TopicPartition(_topic, partition), new() { Key = "k", Value = "v" + i }, Cancellation)));
    }

    List<ConsumeResult<string?, string?>> Consume(int partition, Offset from, int count)
    {
        using var consumer = Consumer();
        consumer.Assign(new TopicPartitionOffset(_topic, partition, from));
        return [.. Enumerable.Range(0, count).Select(_ => ConsumeOne(consumer))];
    }

    (long Low, long High) Watermarks(int partition)
    {
        using var consumer = Consumer();
        var watermarks = consumer.QueryWatermarkOffsets(new(_topic, partition), s_patience);
        return (watermarks.Low, watermarks.High);
    }

    static ConsumeResult<string?, string?> ConsumeOne(IConsumer<string?, string?> consumer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(s_patience);
        return consumer.Consume(limit.Token);
    }

    static bool Poll(IConsumer<string?, string?> consumer)
    {
        consumer.Consume(TimeSpan.Zero);
        return true;
    }

    IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();

    IProducer<string, string> Producer(Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = BootstrapServers, EnableIdempotence = true, LingerMs = 2 };
        configure?.Invoke(config);
        return new ProducerBuilder<string, string>(config).Build();
    }

    IConsumer<string?, string?> Consumer(
        Action<ConsumerConfig>? configure = null, Action<ConsumerBuilder<string?, string?>>? build = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = BootstrapServers,
            GroupId = _group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            SessionTimeoutMs = 10_000,
            HeartbeatIntervalMs = 200,
        };
        configure?.Invoke(config);
        var builder = new ConsumerBuilder<string?, string?>(config);
        build?.Invoke(builder);
        return builder.Build();
    }
}
