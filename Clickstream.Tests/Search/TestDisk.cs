using Clickstream.Local.Files;

namespace Clickstream.Tests.Search;

/// <summary>A disk that is full while a test says so.</summary>
sealed class TestDisk
{
    public bool IsFull { get; set; }

    /// <summary>Opens a file on it.</summary>
    public LogFile Open(string path) => new DiskFile(path, this);

    sealed class DiskFile(string path, TestDisk disk) : LogFile(path)
    {
        public override void Write(ReadOnlySpan<byte> data, long position)
        {
            if (disk.IsFull)
                throw new IOException("No space left on device", 28);
            base.Write(data, position);
        }
    }
}
