using System.Buffers.Binary;
using Clickstream.Local.Files;
using Clickstream.Local.Kafka.Log;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>Record batches as a client would make them. Checked against one that the Java client made.</summary>
static class TestBatch
{
    public readonly record struct Record(long Timestamp, byte[]? Key, byte[]? Value);

    public static byte[] Create(
        IReadOnlyList<Record> records, long producerId = -1, short epoch = -1, int sequence = -1, long baseOffset = 0, short attributes = 0)
    {
        using var body = new MemoryStream();
        for (var i = 0; i < records.Count; i++)
        {
            using var record = new MemoryStream();
            record.WriteByte(0);
            WriteVarlong(record, records[i].Timestamp - records[0].Timestamp);
            WriteVarlong(record, i);
            WriteBytes(record, records[i].Key);
            WriteBytes(record, records[i].Value);
            WriteVarlong(record, 0);
            WriteVarlong(body, record.Length);
            record.WriteTo(body);
        }

        var batch = new byte[RecordBatch.HeaderSize + body.Length];
        body.ToArray().CopyTo(batch, RecordBatch.HeaderSize);
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);
        batch[16] = 2;
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(21), attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), records.Count - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(27), records[0].Timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), records.Max(r => r.Timestamp));
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(43), producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(51), epoch);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(53), sequence);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), records.Count);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), Crc32C.Compute(batch.AsSpan(21)));
        return batch;
    }

    /// <summary>A batch of so many small records, all with the same timestamp.</summary>
    public static byte[] Of(int count, long timestamp = 1000, int valueSize = 20) =>
        Create([.. Enumerable.Repeat(new Record(timestamp, null, new byte[valueSize]), count)]);

    /// <summary>A batch of an idempotent producer.</summary>
    public static byte[] Idempotent(long producerId, short epoch, int sequence, int count = 1) =>
        Create([.. Enumerable.Repeat(new Record(1000, null, new byte[20]), count)], producerId, epoch, sequence);

    static void WriteBytes(Stream stream, byte[]? bytes)
    {
        WriteVarlong(stream, bytes?.Length ?? -1);
        stream.Write(bytes ?? []);
    }

    static void WriteVarlong(Stream stream, long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        for (; raw >= 0x80; raw >>= 7) stream.WriteByte((byte)(raw | 0x80));
        stream.WriteByte((byte)raw);
    }
}
