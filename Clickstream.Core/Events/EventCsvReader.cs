using System.Buffers;
using System.IO.Compression;
using System.Text;
using Clickstream.Core.Errors;

namespace Clickstream.Core.Events;

/// <summary>
/// Reads the rows of a RetailRocket-shaped CSV file, plain or gzip, one after the other and without an allocation a row:
/// <c>while (await reader.ReadAsync(ct)) { reader.Event / reader.Error ... }</c>.
/// </summary>
public sealed class EventCsvReader : IAsyncDisposable
{
    const int BufferSize = 256 * 1024;

    readonly string _name;
    Stream _stream;
    byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    int _start;
    int _end;
    bool _streamEnded;
    ClickEvent _event;

    EventCsvReader(string name, Stream stream) => (_name, _stream) = (name, stream);

    /// <summary>The event of the current row, where <see cref="Error"/> is <see cref="EventError.None"/>.</summary>
    public ref readonly ClickEvent Event => ref _event;

    /// <summary>What is wrong with the current row.</summary>
    public EventError Error { get; private set; }

    /// <summary>The current row's line in the file, counted from 1, the header's line.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="ClickstreamException">The file is missing, unreadable, or not of this shape.</exception>
    public static async Task<EventCsvReader> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            throw BadInput($"{path} is a folder; name a CSV file");
        FileStream file;
        try
        {
            // The reader has a buffer of its own.
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw BadInput($"{path} does not exist; make one of the right shape with: clickstream data generate --events 100000 --out {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw BadInput($"'{path}' cannot be read: {e.Message}", e);
        }
        return await OpenAsync(path, file, cancellationToken);
    }

    /// <summary>Reads from a stream, which the reader owns from here on, and checks its header.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="stream">Seekable where it may be gzip.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ClickstreamException">It is not of this shape.</exception>
    public static async Task<EventCsvReader> OpenAsync(string name, Stream stream, CancellationToken cancellationToken)
    {
        var reader = new EventCsvReader(name, stream);
        try
        {
            if (stream.CanSeek)
                await reader.UnpackAsync(cancellationToken);
            await reader.ReadHeaderAsync(cancellationToken);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>Moves to the next row. Empty lines are passed over.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="ClickstreamException">The file cannot be read on: damaged gzip, or an I/O error.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        // Nearly always the row is in the buffer; only a refill needs a state machine.
        while (TryTakeLine(out var line))
        {
            if (Parse(line))
                return new(true);
        }
        return ReadSlowlyAsync(cancellationToken);

        async ValueTask<bool> ReadSlowlyAsync(CancellationToken cancellationToken)
        {
            while (await FillAsync(cancellationToken))
            {
                while (TryTakeLine(out var line))
                {
                    if (Parse(line))
                        return true;
                }
            }
            // The last line may have no line feed.
            if (_start == _end)
                return false;
            var last = _buffer.AsSpan(_start, _end - _start);
            _start = _end;
            LineNumber++;
            return Parse(last);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    bool Parse(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || (line.Length == 1 && line[0] == '\r'))
            return false;
        EventCsv.TryParseRow(line, out _event, out var error);
        Error = error;
        return true;
    }

    bool TryTakeLine(out ReadOnlySpan<byte> line)
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var length = rest.IndexOf((byte)'\n');
        if (length < 0)
        {
            line = default;
            return false;
        }
        line = rest[..length];
        _start += length + 1;
        LineNumber++;
        return true;
    }

    /// <summary>Reads more behind what is left over.</summary>
    /// <returns>False where the stream has ended.</returns>
    async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_streamEnded)
            return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            throw BadInput($"{_name} is not a CSV of this shape: line {LineNumber + 1} is longer than {_buffer.Length} bytes");
        try
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            _streamEnded = read == 0;
            return !_streamEnded;
        }
        catch (InvalidDataException e)
        {
            // .NET reports gzip data that ends too early only under UseStrictValidation, which all programs are built with.
            throw BadInput($"{_name} is damaged or cut off after line {LineNumber}: its gzip data is not whole", e);
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
    }

    async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (_buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') < 0 && await FillAsync(cancellationToken))
        {
        }
        CheckHeader();
    }

    void CheckHeader()
    {
        if (!TryTakeLine(out var line))
        {
            line = _buffer.AsSpan(_start, _end - _start);
            _start = _end;
            LineNumber++;
        }
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (line.StartsWith(byteOrderMark))
            line = line[byteOrderMark.Length..];
        line = line.TrimEnd((byte)'\r');
        if (line.SequenceEqual(EventCsv.Header))
            return;
        var found = line.IsEmpty ? "nothing" : line[..Math.Min(line.Length, 60)].ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? "bytes that are not text" : $"'{Encoding.ASCII.GetString(line[..Math.Min(line.Length, 60)])}'";
        throw BadInput($"{_name} is not a CSV of this shape: its first line must be '{Encoding.ASCII.GetString(EventCsv.Header)}', found {found}");
    }

    async Task UnpackAsync(CancellationToken cancellationToken)
    {
        var magic = new byte[2];
        try
        {
            var read = await _stream.ReadAtLeastAsync(magic, 2, throwOnEndOfStream: false, cancellationToken);
            _stream.Seek(-read, SeekOrigin.Current);
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
        if (magic is [0x1F, 0x8B])
            _stream = new GZipStream(_stream, CompressionMode.Decompress);
    }

    ClickstreamException Unreadable(IOException e) => BadInput($"{_name} cannot be read after line {LineNumber}: {e.Message}", e);

    static ClickstreamException BadInput(string message, Exception? inner = null) => new(ExitCode.BadInput, message, inner);
}
