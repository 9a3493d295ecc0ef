using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Clickstream.Core.Errors;
using Clickstream.Core.Partitioning;
using Clickstream.Local.Kafka;
using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>What only the embedded broker can be asked: restarts, ports, folders, and bad manners.</summary>
public sealed class KafkaBrokerTests(EmbeddedKafka kafka) : IClassFixture<EmbeddedKafka>
{
    readonly string _topic = "t-" + Guid.NewGuid().ToString("n");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_ids_records_and_offsets_survive_a_restart_and_clients_go_on_by_themselves()
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = 2 }]);
        var id = await TopicId(admin);
        using var producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, EnableIdempotence = true }).SetLogHandler((_, _) => { }).Build();
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = _topic,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartition(_topic, 0));
        await Round(0);
        await kafka.RestartAsync();
        await Round(1);

        Assert.Equal(id, await TopicId(admin));
        Assert.Equal(1, consumer.Committed([new(_topic, 0)], TimeSpan.FromSeconds(30))[0].Offset);

        async Task Round(int number)
        {
            var sent = await producer.ProduceAsync(new TopicPartition(_topic, 0), new() { Value = "v" }, Cancellation);
            Assert.Equal(number, sent.Offset);
            ConsumeResult<Ignore, string>? got = null;
            await Eventually.TrueAsync(() => (got = consumer.Consume(100)) is not null);
            Assert.Equal(number, got!.Offset);
            if (number == 0) consumer.Commit(got);
        }
    }

    [Fact]
    public async Task Partitions_that_were_added_and_topics_that_were_deleted_are_so_after_a_restart()
    {
        var deleted = _topic + "-deleted";
        using var admin = Admin();
        await admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = 2 }, new() { Name = deleted, NumPartitions = 2 }]);
        var id = await TopicId(admin);
        await admin.CreatePartitionsAsync([new() { Topic = _topic, IncreaseTo = 5 }]);
        await admin.DeleteTopicsAsync([deleted]);
        await kafka.RestartAsync();

        Assert.Equal(id, await TopicId(admin));
        var topics = admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics;
        Assert.Equal(5, topics.Single(topic => topic.Topic == _topic).Partitions.Count);
        Assert.DoesNotContain(topics, topic => topic.Topic == deleted);
    }

    [Fact]
    public async Task Records_produced_while_the_broker_is_restarted_arrive_once_and_in_order()
    {
        const int Count = 20_000;
        using var admin = Admin();
        await admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = 1 }]);
        using (var producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, EnableIdempotence = true, LingerMs = 1, BatchNumMessages = 50 })
            .SetLogHandler((_, _) => { }).Build())
        {
            for (var i = 0; i < Count; i++)
            {
                producer.Produce(new TopicPartition(_topic, 0), new() { Value = i.ToString(CultureInfo.InvariantCulture) });
                if (i is 5000 or 12_000) await kafka.RestartAsync();
            }

            producer.Flush(Cancellation);
        }

        using var consumer = new ConsumerBuilder<Ignore, string>(
            new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = _topic }).Build();
        consumer.Assign(new TopicPartitionOffset(_topic, 0, Offset.Beginning));
        for (var i = 0; i < Count; i++)
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), consumer.Consume(Cancellation).Message.Value);
        Assert.Equal(Count, consumer.QueryWatermarkOffsets(new(_topic, 0), TimeSpan.FromSeconds(30)).High);
    }

    [Fact]
    public void A_transactional_producer_is_refused_and_not_left_waiting()
    {
        using var producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, TransactionalId = "t" }).SetLogHandler((_, _) => { }).Build();
        var error = Assert.Throws<KafkaException>(() => producer.InitTransactions(TimeSpan.FromSeconds(20)));
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, error.Error.Code);
    }

    [Fact]
    public async Task A_port_in_use_is_a_users_error_of_one_line()
    {
        using var other = new TempFolder();
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => KafkaBroker.StartAsync(
            new() { DataDirectory = other.Path, Port = kafka.EndPoint.Port }, NullLoggerFactory.Instance, Cancellation));
        Assert.Equal(ExitCode.PortInUse, error.ExitCode);
        Assert.Contains($"{kafka.EndPoint.Port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_users_error()
    {
        using var other = new TempFolder();
        await File.WriteAllTextAsync(other.File("file"), "", Cancellation);
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => KafkaBroker.StartAsync(
            new() { DataDirectory = other.File("file/below") }, NullLoggerFactory.Instance, Cancellation));
        Assert.Equal(ExitCode.DataFolder, error.ExitCode);
    }

    [Fact]
    public async Task A_folder_that_is_not_understood_is_a_users_error()
    {
        using var other = new TempFolder();
        Directory.CreateDirectory(other.File("topics/t.0"));
        await File.WriteAllTextAsync(other.File("topics/t.0/topic.json"), "{", Cancellation);
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => KafkaBroker.StartAsync(
            new() { DataDirectory = other.Path }, NullLoggerFactory.Instance, Cancellation));
        Assert.Equal(ExitCode.DataFolder, error.ExitCode);
    }

    [Theory]
    [InlineData("474554202f20485454502f312e310d0a0d0a")] // a web browser
    [InlineData("160301020001")] // TLS
    [InlineData("00000004ffffffff")]
    [InlineData("0000000a00030001")] // half a request, then gone
    public async Task Foreign_bytes_close_their_connection_and_no_other(string hex)
    {
        using var admin = Admin();
        admin.GetMetadata(TimeSpan.FromSeconds(30));
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(kafka.EndPoint, Cancellation);
            var stream = client.GetStream();
            await stream.WriteAsync(Convert.FromHexString(hex), Cancellation);
            client.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await stream.ReadAsync(new byte[100], Cancellation));
        }

        Assert.Single(admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers);
    }

    [Fact]
    public async Task Kcat_sends_a_visitor_where_the_Java_client_does()
    {
        var path = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        Assert.SkipUnless(path.Any(d => File.Exists(Path.Combine(d, "kcat"))), "kcat is not installed");
        using var admin = Admin();
        await admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = 6 }]);
        await Kcat("257597:a\n1:b\n", "-P", "-K", ":", "-X", "topic.partitioner=murmur2", "-X", "enable.idempotence=true", "-t", _topic);
        var read = await Kcat("", "-C", "-e", "-q", "-o", "beginning", "-f", "%k %p\n", "-t", _topic);
        Assert.Equal(
            [$"1 {Murmur2.HomePartition(1, 6)}", $"257597 {Murmur2.HomePartition(257597, 6)}"],
            read.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    async Task<string> Kcat(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("kcat", ["-b", kafka.BootstrapServers, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    async Task<string> TopicId(IAdminClient admin) =>
        (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([_topic]))).TopicDescriptions[0].TopicId.ToString();

    IAdminClient Admin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
}
