using System.Globalization;

namespace Clickstream.Tests.Local;

/// <summary>The command lines of all processes of this machine.</summary>
static class Processes
{
    public static IEnumerable<string> CommandLines()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                continue;
            string text;
            try
            {
                // Empty for a zombie, which is no process any more.
                text = File.ReadAllText(Path.Combine(directory, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            yield return text.Replace('\0', ' ');
        }
    }

    /// <summary>The processes that have to do with a data folder.</summary>
    public static IEnumerable<string> On(string directory) => CommandLines().Where(line => line.Contains(directory, StringComparison.Ordinal));
}
