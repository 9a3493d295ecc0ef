namespace Clickstream.Core.Settings;

/// <summary>Section <c>Consumer</c>.</summary>
/// <param name="GroupId">Kafka consumer group.</param>
/// <param name="MaxBatchSize">The most records that one transaction stores.</param>
/// <param name="Connections">Database connections that store at the same time, each its share of the partitions.</param>
/// <param name="AllowedLateness">How far the event-time horizon stays behind beyond the session timeout: later events cost a look-up.</param>
/// <param name="MaxFutureSkew">An event more than this after its record's Kafka timestamp is a dead letter.</param>
/// <param name="SchemaOnly">The service makes the tables and the topic, and ends: a step before others.</param>
public sealed record ConsumerOptions(
    string GroupId, int MaxBatchSize, int Connections, TimeSpan AllowedLateness, TimeSpan MaxFutureSkew, bool SchemaOnly = false)
{
    /// <summary>The most that <see cref="Connections"/> may be.</summary>
    public const int MaxConnections = 64;

    /// <summary>Reads the section.</summary>
    public static ConsumerOptions Read(SettingsReader settings) => new(
        settings.Text("Consumer:GroupId", "clickstream-postgresql", "1 to 255 characters", static text => text.Length <= 255)!,
        (int)settings.Integer("Consumer:MaxBatchSize", 25_000, 1, 1_000_000),
        (int)settings.Integer("Consumer:Connections", 2, 1, MaxConnections),
        settings.Duration("Consumer:AllowedLateness", TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromDays(365)),
        ReadMaxFutureSkew(settings),
        settings.Flag("Consumer:SchemaOnly", false));

    /// <summary>Which events are valid is one rule for all that consume the topic.</summary>
    internal static TimeSpan ReadMaxFutureSkew(SettingsReader settings) =>
        settings.Duration("Consumer:MaxFutureSkew", TimeSpan.FromDays(1), TimeSpan.Zero, TimeSpan.FromDays(36_500));
}
