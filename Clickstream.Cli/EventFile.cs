using System.IO.Compression;
using Clickstream.Core.Events;

namespace Clickstream.Cli;

/// <summary>Writes generated events as a RetailRocket-shaped CSV, in constant memory.</summary>
static class EventFile
{
    const int BufferSize = 256 * 1024;

    /// <summary>Writes the header and the rows.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="seed">Which events.</param>
    /// <param name="onProgress">Gets the number of rows written, now and then.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(Stream stream, long count, long seed, Action<long> onProgress, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        EventCsv.Header.CopyTo(buffer);
        var length = EventCsv.Header.Length;
        buffer[length++] = (byte)'\n';
        var rows = 0L;
        foreach (var e in RetailGenerator.Generate(count, seed))
        {
            if (buffer.Length - length < EventCsv.MaxRowLength)
            {
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
                length = 0;
                onProgress(rows);
            }
            length += EventCsv.WriteRow(e, buffer.AsSpan(length));
            rows++;
        }
        await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        onProgress(rows);
    }

    /// <summary>Writes a file that is there whole or not at all; one whose name ends with <c>.gz</c> is compressed.</summary>
    /// <inheritdoc cref="WriteAsync(Stream, long, long, Action{long}, CancellationToken)"/>
    public static async Task WriteAsync(string path, long count, long seed, Action<long> onProgress, CancellationToken cancellationToken)
    {
        var temporary = path + ".tmp";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
                    await WriteAsync(gzip, count, seed, onProgress, cancellationToken);
                }
                else
                {
                    await WriteAsync(file, count, seed, onProgress, cancellationToken);
                }
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
