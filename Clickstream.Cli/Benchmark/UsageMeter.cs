using Clickstream.Cli.Settings;
using Clickstream.Local;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Benchmark;

/// <summary>What the processes of the pipeline have used between two moments. What cannot be known, such as of servers elsewhere, is null.</summary>
sealed class UsageMeter
{
    readonly IReadOnlyList<int> _consumers;
    readonly int? _broker;
    readonly int? _postmaster;
    readonly ByProcess _start;

    /// <summary>Starts to measure.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="settings">Say which servers are embedded.</param>
    /// <param name="consumers">The consumers' process ids.</param>
    public UsageMeter(DataDirectory folder, PipelineSettings settings, IReadOnlyList<int> consumers)
    {
        var state = LocalState.Load(folder.Path);
        _consumers = consumers;
        _broker = settings.KafkaConnection is { Source: SettingSource.Embedded } ? state?.Pid : null;
        _postmaster = settings.PostgresConnection is { Source: SettingSource.Embedded } ? state?.PostgreSql?.Pid : null;
        _start = CpuSeconds();
    }

    /// <summary>CPU seconds since the start.</summary>
    public ByProcess CpuUsed() => CpuSeconds().Combine(_start, static (now, then) => Math.Round(now - then, 2));

    /// <summary>Peak memory of the processes, each since its own start, in MB; of the consumers the largest.</summary>
    /// <remarks>Not of PostgreSQL: each of its processes counts the memory that they share.</remarks>
    public ByProcess PeakMegabytes() => new(
        Consumer: Megabytes(_consumers.Max(static pid => ProcessUsage.Of(pid)?.PeakBytes)),
        Broker: Megabytes(_broker is { } broker ? ProcessUsage.Of(broker)?.PeakBytes : null));

    /// <summary>Bytes in MB.</summary>
    public static double? Megabytes(long? bytes) => bytes is > 0 ? Math.Round(bytes.Value / 1e6, 1) : null;

    ByProcess CpuSeconds() => new(
        Consumer: _consumers.Sum(static pid => ProcessUsage.Of(pid)?.Cpu.TotalSeconds ?? 0),
        Broker: _broker is { } broker ? ProcessUsage.Of(broker)?.Cpu.TotalSeconds : null,
        Postgresql: _postmaster is { } postmaster ? ProcessUsage.CpuOfTree(postmaster)?.TotalSeconds : null);
}
