namespace Clickstream.Local.Kafka.Log;

/// <summary>A topic: its id for life, its configs and the logs of its partitions, of which there may come to be more.</summary>
sealed class Topic(string name, Guid id, string directory, IReadOnlyDictionary<string, string> configs, PartitionLog[] partitions)
{
    volatile PartitionLog[] _partitions = partitions;
    volatile IReadOnlyDictionary<string, string> _configs = configs;

    public string Name { get; } = name;

    public Guid Id { get; } = id;

    public string Directory { get; } = directory;

    public IReadOnlyDictionary<string, string> Configs
    {
        get => _configs;
        set => _configs = value;
    }

    public IReadOnlyList<PartitionLog> Partitions
    {
        get => _partitions;
        set => _partitions = [.. value];
    }

    public PartitionLog? Partition(int index)
    {
        var partitions = _partitions;
        return (uint)index < (uint)partitions.Length ? partitions[index] : null;
    }
}
