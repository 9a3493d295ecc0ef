using System.Net.Security;
using Clickstream.Local.Kafka.Groups;

namespace Clickstream.Local.Kafka;

/// <summary>What a <see cref="KafkaBroker"/> is started with.</summary>
sealed record KafkaBrokerOptions
{
    /// <summary>The broker's own folder; made if it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The port on the loopback interface; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// How the listener speaks TLS; null for plaintext, as on a developer's machine. It is then known to clients as <c>localhost</c>, which
    /// the certificate must be for: this is what the services are rehearsed against that will meet a managed Kafka.
    /// </summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public GroupSettings Groups { get; init; } = GroupSettings.Default;

    /// <summary>How often old segments are looked for (Kafka's log.retention.check.interval.ms).</summary>
    public TimeSpan RetentionCheckInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often everything is forced to the disk.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMinutes(1);
}
