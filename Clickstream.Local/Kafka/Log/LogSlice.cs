using Clickstream.Local.Files;

namespace Clickstream.Local.Kafka.Log;

/// <summary>Whole batches in a segment file, yet to be read.</summary>
readonly record struct LogSlice(LogFile? File, long Position, int Length)
{
    /// <summary>Fills <paramref name="destination"/>, or says that the file went away meanwhile.</summary>
    public bool TryRead(Span<byte> destination)
    {
        try
        {
            return File is not null && File.Read(destination, Position) == destination.Length;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
