namespace Clickstream.Local.Files;

/// <summary>Replaces small files as a whole: after a crash either the old content is there or the new one.</summary>
static class AtomicFile
{
    public const string TemporaryExtension = ".tmp";

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + TemporaryExtension;
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
