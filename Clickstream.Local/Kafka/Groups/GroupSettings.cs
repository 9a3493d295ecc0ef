namespace Clickstream.Local.Kafka.Groups;

/// <summary>What session timeouts members may ask for: Kafka's group.min.session.timeout.ms and group.max.session.timeout.ms.</summary>
readonly record struct GroupSettings(TimeSpan MinSessionTimeout, TimeSpan MaxSessionTimeout)
{
    public static GroupSettings Default => new(TimeSpan.FromSeconds(6), TimeSpan.FromMinutes(30));

    public bool Allows(int sessionTimeoutMs) =>
        sessionTimeoutMs >= MinSessionTimeout.TotalMilliseconds && sessionTimeoutMs <= MaxSessionTimeout.TotalMilliseconds;
}
