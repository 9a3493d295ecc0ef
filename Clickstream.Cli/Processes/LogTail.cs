namespace Clickstream.Cli.Processes;

/// <summary>The end of a service's log, which the service may have open.</summary>
static class LogTail
{
    const int Length = 16 * 1024;

    /// <summary>The last lines; none where there is no log.</summary>
    public static string[] Lines(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(-Math.Min(Length, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
