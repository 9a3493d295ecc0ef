using Clickstream.ServiceDefaults;
using Clickstream.Tests.Producer;
using Confluent.Kafka;

namespace Clickstream.Tests.ServiceDefaults;

public class KafkaRefusalTests
{
    const string Unverified = "[thrd:ssl://localhost:9093/bootstrap]: ssl://localhost:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate "
        + "verify failed: broker certificate could not be verified, verify that ssl.ca.location is correctly configured or root CA certificates are "
        + "installed (install ca-certificates package) (after 9ms in state SSL_HANDSHAKE)";

    /// <summary>librdkafka's words, as it said them to Apache Kafka.</summary>
    [Theory]
    [InlineData(Unverified, true)]
    [InlineData("Receive failed: error:0A000412:SSL routines::ssl/tls alert bad certificate: SSL alert number 42", true)]
    [InlineData("Receive failed: error:0A000416:SSL routines::ssl/tls alert certificate unknown: SSL alert number 46", true)]
    [InlineData("Receive failed: error:0A00045C:SSL routines::tlsv13 alert certificate required: SSL alert number 116", true)]
    [InlineData("Receive failed: error:0A000438:SSL routines::tlsv1 alert internal error: SSL alert number 80", false)]
    [InlineData("SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener?", false)]
    [InlineData("Connect to ipv4#127.0.0.1:9 failed: Connection refused", false)]
    public void What_no_repetition_mends_is_told_from_what_may_pass(string reason, bool expected) => Assert.Equal(expected, KafkaRefusal.IsRefusal(reason));

    [Fact]
    public void It_is_kept_as_the_cause_until_brokers_answer()
    {
        var log = new KafkaLog(new RecordingLogger(), new ManualTimeProvider());
        log.Write(new LogMessage("client", SyslogLevel.Error, "FAIL", "[thrd:x]: localhost:9093/1: Disconnected"));
        Assert.Equal(("localhost:9093", "Disconnected"), log.LastProblem);
        Assert.False(log.Refused.IsCompleted);

        log.Write(new LogMessage("client", SyslogLevel.Error, "FAIL", Unverified));
        log.Write(new LogMessage("client", SyslogLevel.Error, "FAIL", "[thrd:x]: localhost:9093/1: Disconnected"));
        Assert.True(log.Refused.IsCompleted);
        Assert.True(KafkaRefusal.IsRefusal(log.LastProblem!.Value.Reason));

        log.ForgetProblem();
        Assert.Null(log.LastProblem);
        Assert.False(log.Refused.IsCompleted);
    }
}
