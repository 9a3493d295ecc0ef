using System.Buffers;
using System.Globalization;
using Clickstream.Local.Files;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// Opens the segments of a partition. A segment with a summary is taken at its word; any other is read whole, every checksum checked,
/// and cut off behind the last batch that is complete: what a killed process or a power cut left half-written was never acknowledged.
/// </summary>
sealed class LogRecovery(string directory, Func<string, LogFile> openFile, ProducerStates producers, ILogger logger)
{
    const string SetAsideExtension = ".aside";
    const int ReadAhead = 1024 * 1024;

    /// <summary>The segments in order; none for a new partition.</summary>
    public List<Segment> OpenSegments()
    {
        var segments = new List<Segment>();
        var files = Directory.EnumerateFiles(directory, "*" + Segment.Extension)
            .Where(static f => TryParseOffset(f, out _))
            .Order(StringComparer.Ordinal)
            .ToList();
        for (var i = 0; i < files.Count; i++)
        {
            TryParseOffset(files[i], out var baseOffset);
            if (segments.Count > 0 && segments[^1].NextOffset != baseOffset)
            {
                SetAside(files, i);
                break;
            }

            var segment = new Segment(baseOffset, openFile(files[i]));
            segments.Add(segment);
            if (SegmentSummary.TryLoad(segment, producers)) continue;
            Scan(segment);
            if (i < files.Count - 1) AtomicFile.Write(SegmentSummary.PathFor(segment), SegmentSummary.Serialize(segment, producers));
        }

        // The last segment grows from here on. A summary that outlived a kill could fit by chance after its tail was cut off.
        if (segments.Count > 0) File.Delete(SegmentSummary.PathFor(segments[^1]));
        return segments;
    }

    static bool TryParseOffset(string file, out long offset) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out offset);

    void Scan(Segment segment)
    {
        var length = segment.File.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadAhead);
        try
        {
            long bufferStart = 0;
            var buffered = 0;
            while (segment.Size < length)
            {
                var inBuffer = (int)(segment.Size - bufferStart);
                var batch = WholeBatch(buffer.AsSpan(inBuffer, buffered - inBuffer));
                if (batch.IsEmpty)
                {
                    // Not in the buffer as a whole: read on from here, with room for the batch if its size is known and believable.
                    var needed = Math.Max(ReadAhead, SizeInFile(segment, length));
                    if (needed > buffer.Length)
                    {
                        ArrayPool<byte>.Shared.Return(buffer);
                        buffer = ArrayPool<byte>.Shared.Rent(needed);
                    }

                    bufferStart = segment.Size;
                    buffered = segment.File.Read(buffer, bufferStart);
                    batch = WholeBatch(buffer.AsSpan(0, buffered));
                }

                if (batch.IsEmpty) break;
                var header = RecordBatch.ReadHeader(batch);
                if (!header.IsPlausible || header.BaseOffset != segment.NextOffset || !header.ChecksumHolds(batch)) break;
                segment.Note(header);
                producers.Stored(header);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (segment.Size == length) return;
        KafkaLog.TailCutOff(logger, segment.File.Path, length - segment.Size, segment.NextOffset);
        segment.File.Truncate(segment.Size);
    }

    static int SizeInFile(Segment segment, long length)
    {
        if (length - segment.Size < RecordBatch.HeaderSize) return 0;
        var header = segment.HeaderAt(segment.Size);
        return header.IsPlausible && segment.Size + header.Size <= length && header.Size <= Array.MaxLength ? (int)header.Size : 0;
    }

    static ReadOnlySpan<byte> WholeBatch(ReadOnlySpan<byte> data)
    {
        if (data.Length < RecordBatch.HeaderSize) return default;
        var size = RecordBatch.ReadHeader(data).Size;
        return size < RecordBatch.HeaderSize || size > data.Length ? default : data[..(int)size];
    }

    // Only a failing disk or a power cut can leave a hole between segments. What lies behind it cannot be served, but is not destroyed.
    void SetAside(List<string> files, int from)
    {
        foreach (var file in files.Skip(from))
        {
            KafkaLog.SegmentSetAside(logger, file);
            File.Move(file, file + SetAsideExtension, overwrite: true);
        }
    }
}
