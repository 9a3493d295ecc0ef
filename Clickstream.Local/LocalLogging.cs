using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Clickstream.Local;

/// <summary>Messages go to stderr, one line each; stdout carries only <c>ready</c>.</summary>
static class LocalLogging
{
    public static ILoggerFactory Create(LocalOptions options) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(options.Verbose ? LogLevel.Debug : LogLevel.Warning);
        logging.AddFilter("Clickstream", options.Verbose ? LogLevel.Debug : LogLevel.Information);
        logging.AddFilter("Clickstream.Local.Search", options.Verbose ? LogLevel.Debug : LogLevel.Warning);
        logging.AddFilter("Clickstream.Local.Kafka", options.Verbose ? LogLevel.Debug : LogLevel.Warning);
        logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
