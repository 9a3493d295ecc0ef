using System.Buffers.Binary;
using System.Net;
using Clickstream.Local.Kafka.Groups;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;
using Clickstream.Local.Kafka.Server;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>Requests as bytes in, responses as bytes out, without a socket.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    readonly TempFolder _folder = new();
    readonly ManualTime _time = new();
    KafkaServices _services = null!;
    Connection _connection = null!;

    public ValueTask InitializeAsync()
    {
        _services = new(
            TopicStore.Open(_folder.File("topics"), _time, NullLogger.Instance),
            new(new(_folder.File("group-offsets")), GroupSettings.Default, _time, NullLogger.Instance),
            new(_folder.File("producer-ids")),
            new(1, IPAddress.Loopback.ToString(), 9092),
            "cluster",
            _time,
            NullLogger.Instance);
        _connection = new(_services.BuildApis(), "/127.0.0.1");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _services.Groups.Dispose();
        await _services.Topics.DisposeAsync();
        _folder.Dispose();
    }

    // The request is the Java client's.
    [Fact]
    public async Task ApiVersions_lists_what_there_is_behind_an_old_header()
    {
        var response = await Send(Convert.FromHexString("001200040000004d0006676f6c64656e00126170616368652d6b61666b612d6a61766106342e312e3100"));
        var reader = new KafkaReader(response);
        Assert.Equal(response.Length - 4, reader.ReadInt32());
        Assert.Equal(77, reader.ReadInt32());
        Assert.Equal(0, reader.ReadInt16()); // no tags of a header in front of it
        reader.Flexible = true;
        var apis = reader.ReadArray(static (ref r) =>
        {
            var api = (Key: (ApiKey)r.ReadInt16(), Min: r.ReadInt16(), Max: r.ReadInt16());
            r.SkipTags();
            return api;
        });
        Assert.Contains((ApiKey.Produce, (short)3, (short)13), apis);
        Assert.Contains((ApiKey.ApiVersions, (short)0, (short)4), apis);
        Assert.Equal(apis.Count, apis.Select(a => a.Key).Distinct().Count());
    }

    [Fact]
    public async Task An_ApiVersions_of_the_future_is_answered_in_version_0_with_the_list()
    {
        var response = await Send(Convert.FromHexString("0012007f0000004d0006676f6c64656e00"));
        Assert.Equal(77, BinaryPrimitives.ReadInt32BigEndian(response.AsSpan(4)));
        Assert.Equal((short)ErrorCode.UnsupportedVersion, BinaryPrimitives.ReadInt16BigEndian(response.AsSpan(8)));
        var count = BinaryPrimitives.ReadInt32BigEndian(response.AsSpan(10));
        Assert.Equal(14 + (6 * count), response.Length);
    }

    // The request is the Java client's.
    [Fact]
    public async Task A_JoinGroup_of_the_Java_client_is_answered_with_a_member_id()
    {
        var response = await Send(Convert.FromHexString(
            "000b00090000004d0006676f6c64656e000267000027100000ea60010009636f6e73756d6572020672616e67650401020300086265636175736500"));
        Assert.Equal(77, BinaryPrimitives.ReadInt32BigEndian(response.AsSpan(4)));
        Assert.Equal((short)ErrorCode.MemberIdRequired, BinaryPrimitives.ReadInt16BigEndian(response.AsSpan(13)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0003")]
    [InlineData("0003000c0000004d")]
    [InlineData("0003000c0000004d0006676f6c64656e00ffffffff0f")] // an array longer than the request
    [InlineData("0003000c0000004d7fff")] // a client id longer than the request
    [InlineData("0003000c0000004d000061ffffffffffff")] // a number that does not end
    [InlineData("270f00000000004dffff")] // a request type that does not exist
    [InlineData("000000000000004dffff")] // a version that is no more
    public async Task Malformed_requests_end_the_conversation(string hex) =>
        await Assert.ThrowsAsync<MalformedRequestException>(async () => await Send(Convert.FromHexString(hex)));

    [Fact]
    public async Task Random_bytes_never_do_more_harm_than_ending_the_conversation()
    {
        var random = new Random(4711);
        _services.Topics.Create("t", 1, []);
        foreach (var api in _services.BuildApis().Versions)
        {
            for (var i = 0; i < 300; i++)
            {
                var request = new byte[10 + random.Next(60)];
                random.NextBytes(request.AsSpan(10));
                BinaryPrimitives.WriteInt16BigEndian(request, (short)api.Key);
                BinaryPrimitives.WriteInt16BigEndian(request.AsSpan(2), (short)random.Next(api.Min, api.Max + 1));
                for (var b = 10; b < request.Length; b++)
                    if (random.Next(2) == 0)
                        request[b] = 0;
                using var limit = new CancellationTokenSource();
                try
                {
                    var pending = _connection.HandleAsync(request, limit.Token);
                    await limit.CancelAsync(); // a join or a fetch may rightly wait
                    await pending;
                }
                catch (Exception e) when (e is MalformedRequestException or OperationCanceledException)
                {
                    // As it should be.
                }
            }
        }
    }

    [Fact]
    public async Task A_producer_without_acknowledgements_gets_no_answer_and_a_closed_connection_on_trouble()
    {
        _services.Topics.Create("t", 1, []);
        Assert.Empty(await Send(Produce("t", acks: 0, TestBatch.Of(2))));
        Assert.Equal(2, _services.Topics.Find("t")!.Partition(0)!.NextOffset);
        await Assert.ThrowsAsync<MalformedRequestException>(async () => await Send(Produce("unknown", acks: 0, TestBatch.Of(2))));
    }

    [Fact]
    public async Task A_fetch_at_the_end_of_the_log_is_answered_by_the_next_append_or_when_its_time_is_up()
    {
        var log = _services.Topics.Create("t", 1, [])!.Partition(0)!;
        var fetch = new FetchRequest(500, 1, 1_000_000, 0, 0, -1, [new("t", default, [new(0, 0, 1_000_000)])]);
        var woken = Fetch(fetch);
        Assert.False(woken.IsCompleted);
        log.Append(TestBatch.Of(3));
        Assert.Equal(3, Partition(await woken).HighWatermark);
        Assert.True(Partition(await woken).Records.Length > 0);

        var expired = Fetch(fetch with { Topics = [new("t", default, [new(0, 3, 1_000_000)])] });
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(expired.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, Partition(await expired).Records.Length);
    }

    [Fact]
    public async Task A_fetch_waits_for_as_many_bytes_as_it_asks_for()
    {
        var log = _services.Topics.Create("t", 1, [])!.Partition(0)!;
        var size = TestBatch.Of(3).Length;
        var fetch = new FetchRequest(500, 2 * size, 1_000_000, 0, 0, -1, [new("t", default, [new(0, 0, 1_000_000)])]);
        var pending = Fetch(fetch);
        log.Append(TestBatch.Of(3));
        log.Append(TestBatch.Of(3));
        Assert.Equal(2 * size, Partition(await pending).Records.Length);
    }

    [Fact]
    public async Task A_fetch_of_something_unknown_is_answered_at_once()
    {
        var byName = new FetchRequest(500, 1, 1000, 0, 0, -1, [new("t", default, [new(0, 0, 1000)])]);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Partition(await Fetch(byName)).Error);
        var byId = byName with { Topics = [new(null, Guid.NewGuid(), [new(0, 0, 1000)])] };
        Assert.Equal(ErrorCode.UnknownTopicId, Partition(await Fetch(byId)).Error);
    }

    [Fact]
    public async Task A_fetch_that_waits_on_a_topic_learns_of_its_deletion()
    {
        var topic = _services.Topics.Create("t", 1, [])!;
        var fetch = new FetchRequest(500_000, 1, 1000, 0, 0, -1, [new("t", default, [new(0, 0, 1000)])]);
        var pending = Fetch(fetch);
        _services.Topics.Delete(topic);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Partition(await pending).Error);
    }

    [Fact]
    public async Task Requests_arrive_whole_however_the_stream_is_cut()
    {
        var request = Convert.FromHexString("0012007f0000004d0006676f6c64656e00");
        byte[] framed = [0, 0, 0, (byte)request.Length, .. request];
        byte[] stream = [.. framed, .. framed, .. framed];
        for (var piece = 1; piece < stream.Length; piece += 3)
        {
            using var frames = new FrameReader(new PiecemealStream(stream, piece));
            for (var i = 0; i < 3; i++)
                Assert.Equal(request, (await frames.ReadAsync(TestContext.Current.CancellationToken))!.Value.ToArray());
            Assert.Null(await frames.ReadAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("7fffffff00")]
    [InlineData("ffffffff00")]
    [InlineData("0640000100")]
    public async Task Requests_of_a_forbidden_size_are_refused_before_room_is_made(string hex)
    {
        using var frames = new FrameReader(new MemoryStream(Convert.FromHexString(hex)));
        await Assert.ThrowsAsync<MalformedRequestException>(async () => await frames.ReadAsync(TestContext.Current.CancellationToken));
    }

    async Task<byte[]> Send(byte[] request) =>
        (await _connection.HandleAsync(request, TestContext.Current.CancellationToken)).ToArray();

    Task<IKafkaResponse?> Fetch(FetchRequest request) =>
        new FetchHandler(_services.Topics, _time).FetchAsync(request, default, TestContext.Current.CancellationToken).AsTask();

    static FetchResponse.Partition Partition(IKafkaResponse? response) =>
        Assert.Single(Assert.Single(Assert.IsType<FetchResponse>(response).Topics).Partitions);

    static byte[] Produce(string topic, short acks, byte[] batch)
    {
        using var writer = new KafkaWriter();
        writer.WriteInt16((short)ApiKey.Produce);
        writer.WriteInt16(7);
        writer.WriteInt32(1);
        writer.WriteString("client");
        writer.WriteString(null);
        writer.WriteInt16(acks);
        writer.WriteInt32(1000);
        writer.WriteArrayLength(1);
        writer.WriteString(topic);
        writer.WriteArrayLength(1);
        writer.WriteInt32(0);
        writer.WriteBytes(batch);
        return writer.Written.ToArray();
    }

    sealed class PiecemealStream(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
