using Clickstream.ServiceDefaults;
using Clickstream.Tests.Producer;
using Confluent.Kafka;

namespace Clickstream.Tests.ServiceDefaults;

public class KafkaLogTests
{
    const string Refused = "[thrd:127.0.0.1:9/bootstrap]: 127.0.0.1:9/bootstrap: Connect to ipv4#127.0.0.1:9 failed: Connection refused "
        + "(after 0ms in state CONNECT, 30 identical error(s) suppressed)";

    readonly ManualTimeProvider _time = new();
    readonly RecordingLogger _lines = new();
    readonly KafkaLog _log;

    public KafkaLogTests() => _log = new KafkaLog(_lines, _time);

    [Fact]
    public void A_broker_that_is_down_is_one_line_every_few_seconds()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            _log.Write(new LogMessage("client", SyslogLevel.Error, "FAIL", Refused));
            _log.Write(new Error(ErrorCode.Local_Ssl, "ssl://127.0.0.1:9/1: SSL handshake failed: certificate verify failed (after 6ms in state SSL_HANDSHAKE)"), "127.0.0.1:9");
            _log.Write(new Error(ErrorCode.Local_AllBrokersDown, "1/1 brokers are down"), "127.0.0.1:9");
            _time.Advance(TimeSpan.FromMilliseconds(200));
        }
        const string Line = "Warning: Kafka at 127.0.0.1:9 cannot be reached: Connect to ipv4#127.0.0.1:9 failed: Connection refused; retrying";
        Assert.Equal([Line, Line], _lines.Lines);
    }

    [Theory]
    [InlineData(Refused, "127.0.0.1:9", "Connect to ipv4#127.0.0.1:9 failed: Connection refused")]
    [InlineData("[thrd:ssl://kafka.example:9093/1]: ssl://kafka.example:9093/1: SSL handshake failed: certificate verify failed (after 5ms in state SSL_HANDSHAKE)",
        "kafka.example:9093", "SSL handshake failed: certificate verify failed")]
    [InlineData("localhost:9092/1: Disconnected", "localhost:9092", "Disconnected")]
    public void The_broker_and_the_reason_are_found(string text, string broker, string reason)
    {
        Assert.True(KafkaLog.Unreachable.TryParse(text, out var found));
        Assert.Equal((broker, reason), (found.Broker, found.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1/1 brokers are down")]
    [InlineData("[thrd:main]: no colon")]
    public void A_text_of_another_shape_is_not(string text) => Assert.False(KafkaLog.Unreachable.TryParse(text, out _));

    [Fact]
    public void Other_messages_keep_their_level()
    {
        _log.Write(new LogMessage("client", SyslogLevel.Warning, "CONFWARN", "odd setting"));
        _log.Write(new LogMessage("client", SyslogLevel.Info, "MAXPOLL", "slow"));
        _log.Write(new Error(ErrorCode.Local_Fatal, "out of order", isFatal: true), "127.0.0.1:9");
        Assert.Equal(["Warning: CONFWARN: odd setting", "Information: MAXPOLL: slow", "Error: Local_Fatal: out of order"], _lines.Lines);
    }
}
