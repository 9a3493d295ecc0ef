using Clickstream.Local.Kafka.Groups;

namespace Clickstream.Local.Kafka;

/// <summary>What a <see cref="KafkaBroker"/> is started with.</summary>
sealed record KafkaBrokerOptions
{
    /// <summary>The broker's own folder; made if it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The port on the loopback interface; 0 takes any free one.</summary>
    public int Port { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public GroupSettings Groups { get; init; } = GroupSettings.Default;

    /// <summary>How often old segments are looked for (Kafka's log.retention.check.interval.ms).</summary>
    public TimeSpan RetentionCheckInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often everything is forced to the disk.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMinutes(1);
}
