using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.Local.Processes;

namespace Clickstream.Cli;

/// <summary>The data folder as the command uses it. What is in it belongs to Clickstream.Local, except for the files named here.</summary>
/// <param name="Path">Its full path.</param>
sealed record DataDirectory(string Path)
{
    /// <summary>Which services run, see <see cref="Processes.ServicesFile"/>.</summary>
    public string ServicesFile => System.IO.Path.Combine(Path, "services.json");

    /// <summary>Where a demo or a benchmark makes its file.</summary>
    public string Temporary => System.IO.Path.Combine(Path, "tmp");

    /// <summary>What benchmarks have measured.</summary>
    public string Benchmarks => System.IO.Path.Combine(Path, "benchmarks");

    /// <summary>The CA of PostgreSQL's certificate, for programs that take it from a file.</summary>
    public string PostgresAuthority => System.IO.Path.Combine(Path, "postgres-ca.pem");

    /// <summary>Held while a command of this name runs, of which there can be only one at a time.</summary>
    public string LockFile(string command) => System.IO.Path.Combine(Path, command + ".lock");

    /// <summary>The log of a service.</summary>
    public string LogFile(string service) => System.IO.Path.Combine(DataFolder.LogDirectoryOf(Path), service + ".log");

    /// <summary>Makes the folder and those in it that the command writes to, where they are missing.</summary>
    /// <exception cref="ClickstreamException">It cannot be written.</exception>
    public void Create()
    {
        try
        {
            // The same rights that Clickstream.Local gives, which may come second here.
            if (Posix.IsAvailable && Posix.IsRoot)
                PrivateDirectory.CreatePassable(Path);
            else
                PrivateDirectory.Create(Path);
            PrivateDirectory.Create(DataFolder.LogDirectoryOf(Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(e);
        }
    }

    /// <summary>The error for a folder that cannot be written.</summary>
    public ClickstreamException NotWritable(Exception e) => new(ExitCode.DataFolder,
        $"data folder {Path} cannot be written: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}; "
        + $"choose another with --data-dir or {LocalOptions.DataDirectoryVariable}", e);
}
