using Clickstream.Local.Files;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// One file of a partition's log: batches one behind the other, named after the offset of the first. Not synchronised: the
/// <see cref="PartitionLog"/> is.
/// </summary>
sealed class Segment(long baseOffset, LogFile file) : IDisposable
{
    public const string Extension = ".log";

    public long BaseOffset { get; } = baseOffset;

    public LogFile File { get; } = file;

    /// <summary>How much of the file counts. Anything behind it is left over from an append that failed.</summary>
    public long Size { get; private set; }

    /// <summary>The offset that follows the last record's.</summary>
    public long NextOffset { get; private set; } = baseOffset;

    public long MaxTimestamp { get; private set; } = -1;

    /// <summary>Where the batch with the greatest timestamp begins.</summary>
    public long MaxTimestampPosition { get; private set; }

    public SparseIndex Index { get; } = new();

    public static string FileName(long baseOffset) => baseOffset.ToString("d20", System.Globalization.CultureInfo.InvariantCulture) + Extension;

    /// <summary>Writes a batch at the end. If that fails the segment is as it was before.</summary>
    public void Append(ReadOnlySpan<byte> batch, in RecordBatch header)
    {
        try
        {
            File.Write(batch, Size);
        }
        catch (IOException)
        {
            TryCutTail();
            throw;
        }

        Note(header);
    }

    /// <summary>Counts a batch that is in the file, behind those counted so far.</summary>
    public void Note(in RecordBatch header)
    {
        Index.Offer(new(header.BaseOffset, Size, MaxTimestamp));
        if (header.MaxTimestamp > MaxTimestamp)
        {
            MaxTimestamp = header.MaxTimestamp;
            MaxTimestampPosition = Size;
        }

        Size += header.Size;
        NextOffset = header.LastOffset + 1;
    }

    /// <summary>Takes over what a summary says of the file.</summary>
    public void Restore(long size, long nextOffset, long maxTimestamp, long maxTimestampPosition)
    {
        Size = size;
        NextOffset = nextOffset;
        MaxTimestamp = maxTimestamp;
        MaxTimestampPosition = maxTimestampPosition;
    }

    /// <summary>The batches that hold <paramref name="offset"/> and what follows, whole ones only, up to <paramref name="maxBytes"/>.</summary>
    public LogSlice Slice(long offset, int maxBytes, bool atLeastOneBatch)
    {
        var start = PositionOf(offset);
        if (start >= Size) return default;
        var end = EndWithin(start, Math.Max(maxBytes, 0));
        if (end == start && atLeastOneBatch) end += HeaderAt(start).Size;
        return end == start ? default : new(File, start, checked((int)(end - start)));
    }

    /// <summary>The first batch that reaches beyond an offset and has a timestamp at or after the given one; none is possible.</summary>
    public LogSlice FirstBatchAtOrAfter(long timestamp, long fromOffset)
    {
        for (var position = Index.PositionBeforeTime(timestamp); position < Size;)
        {
            var header = HeaderAt(position);
            if (header.MaxTimestamp >= timestamp && header.LastOffset >= fromOffset) return new(File, position, (int)header.Size);
            position += header.Size;
        }

        return default;
    }

    public LogSlice BatchWithMaxTimestamp() => new(File, MaxTimestampPosition, (int)HeaderAt(MaxTimestampPosition).Size);

    public RecordBatch HeaderAt(long position)
    {
        Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
        if (File.Read(header, position) < header.Length) throw new IOException($"{File.Path} ends before position {position + header.Length}");
        return RecordBatch.ReadHeader(header);
    }

    long PositionOf(long offset)
    {
        if (offset >= NextOffset) return Size;
        var position = Index.PositionBefore(offset);
        while (position < Size)
        {
            var header = HeaderAt(position);
            if (header.LastOffset >= offset) break;
            position += header.Size;
        }

        return position;
    }

    // The last boundary between batches that the limit allows. One that the index knows is near enough.
    long EndWithin(long start, int maxBytes)
    {
        var limit = start + maxBytes;
        if (Size <= limit) return Size;
        var end = Index.PositionAtOrBefore(limit);
        if (end > start) return end;
        end = start;
        while (end < Size)
        {
            var next = end + HeaderAt(end).Size;
            if (next > limit) break;
            end = next;
        }

        return end;
    }

    void TryCutTail()
    {
        try
        {
            File.Truncate(Size);
        }
        catch (IOException)
        {
            // Size says what counts, the next append writes over the rest, and recovery cuts it off.
        }
    }

    public void Dispose() => File.Dispose();
}
