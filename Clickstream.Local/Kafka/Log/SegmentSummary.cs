using System.Buffers.Binary;
using Clickstream.Local.Files;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// What the broker knows of a segment that grows no more, in a file beside it, so that a start need not read the segment: its size,
/// index and greatest timestamp, and the producers as they stood at its end. It holds for exactly the size it names. A segment without
/// a valid one (the last, after a kill) is read from the beginning instead. Little-endian, CRC-32C at the end.
/// </summary>
static class SegmentSummary
{
    public const string Extension = ".summary";

    const uint Magic = 0x31535343; // "CSS1"

    public static string PathFor(Segment segment) => Path.ChangeExtension(segment.File.Path, Extension);

    public static byte[] Serialize(Segment segment, ProducerStates producers)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(segment.Size);
        writer.Write(segment.NextOffset);
        writer.Write(segment.MaxTimestamp);
        writer.Write(segment.MaxTimestampPosition);
        writer.Write(segment.Index.Entries.Count);
        foreach (var entry in segment.Index.Entries)
        {
            writer.Write(entry.Offset);
            writer.Write(entry.Position);
            writer.Write(entry.MaxTimestampBefore);
        }

        writer.Write(producers.Count);
        foreach (var producer in producers.All)
        {
            writer.Write(producer.ProducerId);
            writer.Write(producer.Epoch);
            writer.Write(producer.Batches.Count);
            foreach (var batch in producer.Batches)
            {
                writer.Write(batch.BaseSequence);
                writer.Write(batch.LastSequence);
                writer.Write(batch.BaseOffset);
            }
        }

        writer.Write(Crc32C.Compute(stream.GetBuffer().AsSpan(0, (int)stream.Position)));
        return stream.ToArray();
    }

    /// <summary>Restores segment and producers, or says that there is no summary that fits the file; then neither is touched.</summary>
    public static bool TryLoad(Segment segment, ProducerStates producers)
    {
        var path = PathFor(segment);
        if (!File.Exists(path)) return false;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < sizeof(uint) + sizeof(uint) + sizeof(long)) return false;
        var body = bytes.AsSpan(0, bytes.Length - sizeof(uint));
        if (Crc32C.Compute(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(body.Length))) return false;

        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadUInt32() != Magic) return false;
        var size = reader.ReadInt64();
        if (size != segment.File.Length) return false;
        segment.Restore(size, reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        for (var left = reader.ReadInt32(); left > 0; left--)
            segment.Index.Offer(new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64()));

        producers.Clear();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var producer = producers.Get(reader.ReadInt64());
            var epoch = reader.ReadInt16();
            for (var batches = reader.ReadInt32(); batches > 0; batches--)
                producer.Restore(epoch, new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64()));
        }

        return true;
    }
}
