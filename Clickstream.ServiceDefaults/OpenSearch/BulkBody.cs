using System.Buffers;
using System.Runtime.InteropServices;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// The body of a bulk request: items of one or two lines each, written straight into one buffer that is used again and again. It
/// knows where each item ends, so that some of them can be sent again without being written again.
/// </summary>
public sealed class BulkBody : IBufferWriter<byte>, IDisposable
{
    const int FirstSize = 256 * 1024;

    readonly List<int> _ends = [];
    byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);

    /// <summary>How many items were ended.</summary>
    public int Count => _ends.Count;

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>The lines of an item.</summary>
    public ReadOnlyMemory<byte> this[int item] => _buffer.AsMemory(StartOf(item), _ends[item] - StartOf(item));

    /// <summary>All that was written since was one item.</summary>
    public void EndItem() => _ends.Add(Length);

    /// <summary>Items that follow each other, as they stand in the body.</summary>
    internal ReadOnlyMemory<byte> Slice(int firstItem, int lastItem) => _buffer.AsMemory(StartOf(firstItem), _ends[lastItem] - StartOf(firstItem));

    /// <summary>Appends text that is JSON already.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(GetSpan(text.Length));
        Advance(text.Length);
    }

    /// <inheritdoc/>
    public void Advance(int count) => Length += count;

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    /// <summary>Forgets all items; the buffer stays.</summary>
    public void Clear()
    {
        _ends.Clear();
        Length = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    int StartOf(int item) => item == 0 ? 0 : CollectionsMarshal.AsSpan(_ends)[item - 1];

    void Reserve(int bytes)
    {
        if (_buffer.Length - Length >= Math.Max(bytes, 1))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + bytes, _buffer.Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
