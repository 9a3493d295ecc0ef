using Clickstream.Local.Files;

namespace Clickstream.Local.Search.Indexing;

/// <summary>Reads the translog's files at the start.</summary>
static class TranslogRecovery
{
    const int Chunk = 4 * 1024 * 1024;

    /// <summary>
    /// Calls back for each operation of a generation, in order, and cuts off behind the last whole one: what a killed process left
    /// half-written was never acknowledged.
    /// </summary>
    /// <returns>How many bytes were cut off.</returns>
    public static long Replay(LogFile file, Action<TranslogRecord> onRecord)
    {
        var length = file.Length;
        var buffer = new byte[Chunk];
        long position = 0;
        while (position < length)
        {
            var read = file.Read(buffer, position);
            var rest = buffer.AsMemory(0, read);
            while (TranslogRecord.TryRead(rest, out var size) is { } record)
            {
                onRecord(record);
                rest = rest[size..];
            }

            var consumed = read - rest.Length;
            position += consumed;
            if (consumed > 0)
                continue;

            // Either torn, or longer than the buffer.
            if (read < buffer.Length || buffer.Length >= length)
                break;
            buffer = new byte[(int)Math.Min(Array.MaxLength, Math.Min(length, 2L * buffer.Length))];
        }

        if (position < length)
            file.Truncate(position);
        return length - position;
    }
}
