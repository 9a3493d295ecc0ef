using System.Globalization;
using Clickstream.Core.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// Console logging on standard error (standard output is data): a line a message, <c>12:34:56 warn KafkaClients: ...</c>, and a stack
/// trace only where an error is not the user's.
/// </summary>
sealed class QuietConsoleFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "quiet";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture));
        textWriter.Write(logEntry.LogLevel switch
        {
            LogLevel.Trace => "trace ",
            LogLevel.Debug => "debug ",
            LogLevel.Information => "info ",
            LogLevel.Warning => "warn ",
            LogLevel.Error => "error ",
            _ => "fatal ",
        });
        textWriter.Write(logEntry.Category.AsSpan(logEntry.Category.LastIndexOf('.') + 1));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Formatter(logEntry.State, null).ReplaceLineEndings(" "));
        if (logEntry.Exception is { } exception)
        {
            if (logEntry.LogLevel >= LogLevel.Error && exception is not ClickstreamException)
            {
                textWriter.WriteLine();
                textWriter.Write(exception);
            }
            else
            {
                textWriter.Write($" ({exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")})");
            }
        }
        textWriter.WriteLine();
    }
}

static class QuietConsole
{
    public static void AddQuietConsole(this WebApplicationBuilder builder)
    {
        // As the first source, so that any other can change it: Logging__LogLevel__Npgsql=Debug.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                ["Logging:LogLevel:Npgsql"] = "Warning",
                // Whoever asks for the health gets the answer; a service that is not ready yet is no error.
                ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
                // The host logs each failure of a worker; ServiceProgram reports it in one line, and the stack trace only where it helps.
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
            },
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(static console =>
        {
            console.FormatterName = QuietConsoleFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        builder.Logging.AddConsoleFormatter<QuietConsoleFormatter, ConsoleFormatterOptions>();
    }
}
