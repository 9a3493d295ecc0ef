using System.IO.Compression;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// Looks inside a batch for a record by its timestamp, the one occasion on which the broker reads records. Batches compressed otherwise
/// than with gzip are not opened: their first record stands for them, which is never too late for someone who starts to read there.
/// </summary>
static class RecordTimestamps
{
    const int Gzip = 1;

    /// <summary>The first record from an offset on whose timestamp is at or after the wanted one.</summary>
    public static OffsetAndTimestamp Find(ReadOnlySpan<byte> batch, long fromOffset, long wanted)
    {
        var header = RecordBatch.ReadHeader(batch);
        var records = batch[RecordBatch.HeaderSize..];
        if (!header.IsCompressed) return Find(header, records, fromOffset, wanted);
        return (header.Attributes & 0x07) == Gzip
            ? Find(header, Gunzip(records), fromOffset, wanted)
            : First(header, fromOffset);
    }

    static OffsetAndTimestamp Find(in RecordBatch header, ReadOnlySpan<byte> records, long fromOffset, long wanted)
    {
        // A record: length varint, attributes int8, timestamp delta varlong, offset delta varint, then what is of no interest here.
        for (var i = 0; i < header.RecordCount; i++)
        {
            if (!TryReadVarlong(ref records, out var length) || length < 1 || length > records.Length) break;
            var record = records[1..(int)length];
            records = records[(int)length..];
            if (!TryReadVarlong(ref record, out var timestampDelta) || !TryReadVarlong(ref record, out var offsetDelta)) break;
            var timestamp = header.BaseTimestamp + timestampDelta;
            var offset = header.BaseOffset + offsetDelta;
            if (offset >= fromOffset && timestamp >= wanted) return new(offset, timestamp);
        }

        return First(header, fromOffset);
    }

    static OffsetAndTimestamp First(in RecordBatch header, long fromOffset) =>
        new(Math.Max(header.BaseOffset, fromOffset), header.MaxTimestamp);

    static ReadOnlySpan<byte> Gunzip(ReadOnlySpan<byte> data)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return plain.GetBuffer().AsSpan(0, (int)plain.Length);
        }
        catch (InvalidDataException)
        {
            // The checksum held, so this is what the client sent. It is the readers' to complain about.
            return default;
        }
    }

    static bool TryReadVarlong(ref ReadOnlySpan<byte> data, out long value)
    {
        ulong raw = 0;
        for (var i = 0; i < Math.Min(data.Length, 10); i++)
        {
            raw |= (ulong)(data[i] & 0x7f) << (7 * i);
            if ((data[i] & 0x80) != 0) continue;
            data = data[(i + 1)..];
            value = (long)(raw >> 1) ^ -(long)(raw & 1);
            return true;
        }

        value = 0;
        return false;
    }
}
