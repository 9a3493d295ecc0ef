using System.Text.Json;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Processes;

/// <summary>What a replay says at its end.</summary>
/// <param name="Sent">Events that the brokers acknowledged.</param>
/// <param name="Time">From the first row to the last acknowledgement.</param>
readonly record struct ReplayResult(long Sent, TimeSpan Time);

/// <summary>Starts a producer that replays a whole file as fast as it can, and stops at a bad row.</summary>
static class ProducerStart
{
    /// <summary>Starts it.</summary>
    /// <param name="context">The command's.</param>
    /// <param name="services">Gets the process.</param>
    /// <param name="settings">What it works with.</param>
    /// <param name="file">What it replays.</param>
    /// <param name="name">Its log's name.</param>
    public static ServiceProcess Start(CommandContext context, RunningServices services, PipelineSettings settings, string file, string name)
    {
        var environment = new Dictionary<string, string?>(settings.ToEnvironment())
        {
            ["Producer__File"] = file,
            ["Producer__Limit"] = null,
            ["Producer__Offset"] = null,
            ["Producer__Speed"] = null,
            ["Producer__Strict"] = "true",
        };
        return services.StartWorker(new(Programs.Producer, [], environment, context.Folder.LogFile(name), IsAttached: true));
    }

    /// <summary>Reads what it said at its end from its log, where its standard output goes, too.</summary>
    public static ReplayResult ReadResult(string log)
    {
        var line = LogTail.Lines(log).LastOrDefault(static line => line.StartsWith('{'))
            ?? throw new ClickstreamException(ExitCode.Internal, $"the producer ended without its summary; its log is {log}");
        var summary = JsonDocument.Parse(line).RootElement;
        return new(summary.GetProperty("sent").GetInt64(), TimeSpan.FromSeconds(summary.GetProperty("seconds").GetDouble()));
    }
}
