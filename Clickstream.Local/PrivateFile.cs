using System.Text;
using Clickstream.Local.Processes;

namespace Clickstream.Local;

/// <summary>
/// Writes small files that only their owner may read, and that are there whole or not at all, after a kill and after a loss of power too.
/// </summary>
static class PrivateFile
{
    public static void Write(string path, string text)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (Posix.IsAvailable)
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        // The mode is only given to a file that is made, so one that is left over goes first.
        File.Delete(temporary);
        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        if (Posix.IsAvailable)
            Posix.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
