using Clickstream.Local.Processes;

namespace Clickstream.Local;

/// <summary>Folders with the narrowest rights that do.</summary>
static class PrivateDirectory
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>For us alone.</summary>
    public static void Create(string directory) => Create(directory, Owner);

    /// <summary>Others can pass through to what they own inside, but not look around.</summary>
    public static void CreatePassable(string directory) => Create(directory, Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    static void Create(string directory, UnixFileMode mode)
    {
        if (Directory.Exists(directory))
            return;
        if (Path.GetDirectoryName(directory) is { Length: > 0 } parent)
            Directory.CreateDirectory(parent);

        if (!Posix.IsAvailable)
        {
            Directory.CreateDirectory(directory);
            return;
        }

        // Set again, because the mode given at creation is cut by the umask.
        Directory.CreateDirectory(directory, mode);
        File.SetUnixFileMode(directory, mode);
    }
}
