using System.Buffers.Binary;
using Clickstream.Local.Files;

namespace Clickstream.Local.Kafka.Groups;

/// <summary>
/// A file of records, appended to and read whole at the start: length int32, CRC-32C uint32, content. What a kill left half-written at
/// its end is cut off.
/// </summary>
sealed class OffsetJournal : IDisposable
{
    const int HeaderSize = 8;

    readonly string _path;
    LogFile _file;
    long _length;

    OffsetJournal(string path) => (_path, _file) = (path, new(path));

    public static OffsetJournal Open(string path, Action<ReadOnlySpan<byte>> onRecord)
    {
        var journal = new OffsetJournal(path);
        var content = new byte[journal._file.Length];
        journal._file.Read(content, 0);
        for (var rest = content.AsSpan(); rest.Length >= HeaderSize;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length <= 0 || length > rest.Length - HeaderSize) break;
            var record = rest.Slice(HeaderSize, length);
            if (Crc32C.Compute(record) != BinaryPrimitives.ReadUInt32LittleEndian(rest[4..])) break;
            onRecord(record);
            rest = rest[(HeaderSize + length)..];
            journal._length = content.Length - rest.Length;
        }

        journal._file.Truncate(journal._length);
        return journal;
    }

    /// <summary>Appends records in one write. If that fails, the journal is as it was before.</summary>
    public void Append(IEnumerable<byte[]> records)
    {
        var bytes = Encode(records);
        _file.Write(bytes, _length);
        _length += bytes.Length;
    }

    /// <summary>Puts other records in the place of all there are.</summary>
    public void Replace(IEnumerable<byte[]> records)
    {
        var bytes = Encode(records);
        AtomicFile.Write(_path, bytes);
        _file.Dispose();
        _file = new(_path);
        _length = bytes.Length;
    }

    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    static byte[] Encode(IEnumerable<byte[]> records)
    {
        using var stream = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderSize];
        foreach (var record in records)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header, record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Crc32C.Compute(record));
            stream.Write(header);
            stream.Write(record);
        }

        return stream.ToArray();
    }
}
