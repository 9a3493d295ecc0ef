namespace Clickstream.Cli.Benchmark;

/// <summary>Reads a binary COPY row by row, as the bytes that they are.</summary>
/// <param name="stream">What the server sends, in pieces of any size.</param>
sealed class CopyRowReader(Stream stream)
{
    byte[] _buffer = new byte[256 * 1024];
    int _start;
    int _end;
    bool _hasHeader;

    /// <summary>The next row.</summary>
    /// <returns>Its bytes, good until the next call; none at the end.</returns>
    /// <exception cref="EndOfStreamException">The stream ended before the trailer.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (!_hasHeader)
        {
            if (_end - _start >= CopyFormat.Header.Length)
                SkipHeader();
            else
                await FillAsync(cancellationToken);
        }
        while (true)
        {
            switch (CopyFormat.Next(_buffer.AsSpan(_start, _end - _start), out var length))
            {
                case CopyItem.Row:
                    _start += length;
                    return _buffer.AsMemory(_start - length, length);
                case CopyItem.Trailer:
                    return default;
                default:
                    await FillAsync(cancellationToken);
                    break;
            }
        }
    }

    void SkipHeader()
    {
        if (!_buffer.AsSpan(_start, _end - _start).StartsWith(CopyFormat.Header))
            throw new InvalidDataException("not a binary COPY without flags");
        _start += CopyFormat.Header.Length;
        _hasHeader = true;
    }

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read > 0 ? read : throw new EndOfStreamException("a binary COPY was cut off");
    }
}
