using System.Buffers.Binary;
using System.Buffers.Text;

namespace Clickstream.Core.Partitioning;

/// <summary>
/// MurmurHash2 with Kafka's seed, and the partition it gives: what Kafka's Java client does by default and librdkafka does under
/// <c>partitioner=murmur2</c> (<c>org.apache.kafka.common.utils.Utils.murmur2</c>), so that every client sends a visitor to the same partition.
/// </summary>
public static class Murmur2
{
    const uint Seed = 0x9747b28c;
    const uint Multiplier = 0x5bd1e995;

    /// <summary>The 32-bit hash of <paramref name="data"/>.</summary>
    public static uint Hash(ReadOnlySpan<byte> data)
    {
        var hash = Seed ^ (uint)data.Length;
        while (data.Length >= 4)
        {
            var k = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
            hash = (hash * Multiplier) ^ ((k ^ (k >> 24)) * Multiplier);
            data = data[4..];
        }
        if (data.Length > 0)
        {
            if (data.Length == 3)
                hash ^= (uint)data[2] << 16;
            if (data.Length >= 2)
                hash ^= (uint)data[1] << 8;
            hash = (hash ^ data[0]) * Multiplier;
        }
        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }

    /// <summary>The partition of a record with this key: the hash without its sign, modulo the count.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitionCount) => (int)((Hash(key) & 0x7fffffff) % (uint)partitionCount);

    /// <summary>A visitor's home: the partition of the visitor id in decimal ASCII, which is every record's key.</summary>
    public static int HomePartition(long visitorId, int partitionCount)
    {
        Span<byte> key = stackalloc byte[20];
        Utf8Formatter.TryFormat(visitorId, key, out var length);
        return Partition(key[..length], partitionCount);
    }
}
