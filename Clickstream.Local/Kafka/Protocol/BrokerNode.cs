namespace Clickstream.Local.Kafka.Protocol;

/// <summary>The one broker as clients are told of it: the address they connect to.</summary>
sealed record BrokerNode(int Id, string Host, int Port)
{
    /// <summary>Leadership never moves, so every partition stays in its first epoch.</summary>
    public const int LeaderEpoch = 0;
}
