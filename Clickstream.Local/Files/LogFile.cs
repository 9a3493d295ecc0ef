using Microsoft.Win32.SafeHandles;

namespace Clickstream.Local.Files;

/// <summary>
/// A file that is appended to. A write goes to the operating system at once and so survives the process, not a power cut: for that there is
/// <see cref="Flush"/>. Overridden by tests that play a full disk.
/// </summary>
class LogFile(string path) : IDisposable
{
    readonly SafeFileHandle _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);

    public string Path { get; } = path;

    public long Length => RandomAccess.GetLength(_handle);

    public virtual void Write(ReadOnlySpan<byte> data, long position) => RandomAccess.Write(_handle, data, position);

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    public int Read(Span<byte> buffer, long position)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[total..], position + total);
            if (read == 0) break;
            total += read;
        }

        return total;
    }

    public void Truncate(long length) => RandomAccess.SetLength(_handle, length);

    public void Flush() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();
}
