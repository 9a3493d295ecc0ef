using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Producer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.ServiceDefaults;

public class QuietConsoleTests
{
    [Fact]
    public void A_message_is_one_line() =>
        Assert.Equal($"00:00:00 warn KafkaClients: first second{Environment.NewLine}", Format(LogLevel.Warning, "first\nsecond", null));

    [Fact]
    public void A_warnings_exception_is_part_of_the_line() =>
        Assert.Equal($"00:00:00 warn KafkaClients: odd (TimeoutException: too late){Environment.NewLine}",
            Format(LogLevel.Warning, "odd", new TimeoutException("too\nlate")));

    [Fact]
    public void An_error_has_its_stack_trace_unless_it_is_the_users()
    {
        Assert.Equal($"00:00:00 error KafkaClients: odd{Environment.NewLine}System.TimeoutException: too late{Environment.NewLine}",
            Format(LogLevel.Error, "odd", new TimeoutException("too late")));
        Assert.Equal($"00:00:00 error KafkaClients: odd (ClickstreamException: no file){Environment.NewLine}",
            Format(LogLevel.Error, "odd", new ClickstreamException(ExitCode.BadInput, "no file")));
    }

    static string Format(LogLevel level, string message, Exception? exception)
    {
        var text = new StringWriter();
        new QuietConsoleFormatter(new ManualTimeProvider()).Write(
            new LogEntry<string>(level, "Clickstream.ServiceDefaults.KafkaClients", default, message, exception, static (state, _) => state), null, text);
        return text.ToString();
    }
}
