using System.Buffers;
using System.Buffers.Binary;
using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Cuts a stream into requests: a length int32, then so many bytes. The limit is checked before room is made for them.</summary>
sealed class FrameReader(Stream stream) : IDisposable
{
    /// <summary>Kafka's own default for socket.request.max.bytes.</summary>
    public const int MaxFrame = 100 * 1024 * 1024;

    const int LengthPrefix = 4;
    const int InitialCapacity = 64 * 1024;
    const int KeptCapacity = 2 * 1024 * 1024;

    byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
    int _start;
    int _end;

    /// <summary>The next request, valid until the next call; null when the client has closed the connection.</summary>
    public async ValueTask<Memory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(LengthPrefix, cancellationToken)) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (length is < 0 or > MaxFrame)
            throw new MalformedRequestException($"a request of {length} bytes is announced; allowed are 0 to {MaxFrame}");
        if (!await FillAsync(LengthPrefix + length, cancellationToken)) return null;
        var frame = _buffer.AsMemory(_start + LengthPrefix, length);
        _start += LengthPrefix + length;
        return frame;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        MakeRoom(count);
        while (_end - _start < count)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    void MakeRoom(int count)
    {
        if (_start == _end) _start = _end = 0;
        var tooLargeToKeep = _buffer.Length > KeptCapacity && count <= InitialCapacity && _end - _start <= InitialCapacity;
        if (_buffer.Length - _start >= count && !tooLargeToKeep) return;
        var target = _buffer;
        if (_buffer.Length < count || tooLargeToKeep) target = ArrayPool<byte>.Shared.Rent(Math.Max(count, InitialCapacity));
        _buffer.AsSpan(_start.._end).CopyTo(target);
        if (target != _buffer) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (target, 0, _end - _start);
    }
}
