using System.Globalization;
using System.Security.Cryptography;
using Clickstream.Core.Errors;
using Clickstream.Local.PostgreSql;
using Clickstream.Local.Processes;

namespace Clickstream.Local;

/// <summary>
/// The folder that holds everything a Clickstream.Local keeps, opened and locked for this process.
/// <code>
/// VERSION               format of what is in here
/// id                    random name of this folder, see <see cref="SystemFolder"/>
/// lock                  held while a process uses the folder; contains its pid
/// state.json            addresses of the running parts, see <see cref="LocalState"/>
/// kafka/                the broker's log
/// postgresql/           the database cluster, unless it had to go to the system's folder
/// postgresql.pgpass     its password
/// valkey/               Garnet's files
/// opensearch/           the search node's indices
/// logs/                 what the programs have to say
/// </code>
/// </summary>
sealed class DataFolder : IAsyncDisposable
{
    /// <summary>The format that this program reads and writes.</summary>
    public const int Version = 1;

    readonly DataFolderLock _lock;

    DataFolder(string directory, string id, DataFolderLock folderLock)
    {
        Directory = directory;
        Id = id;
        _lock = folderLock;
    }

    public string Directory { get; }

    public string Id { get; }

    public string KafkaDirectory => Path.Combine(Directory, PartName.Kafka);

    public string ValkeyDirectory => Path.Combine(Directory, PartName.Valkey);

    public string OpenSearchDirectory => Path.Combine(Directory, PartName.OpenSearch);

    public string PostgreSqlDirectory => PostgreSqlDirectoryOf(Directory);

    public string PasswordFile => Path.Combine(Directory, "postgresql.pgpass");

    public string LogDirectory => LogDirectoryOf(Directory);

    public static string PostgreSqlDirectoryOf(string dataDirectory) => Path.Combine(dataDirectory, PartName.PostgreSql);

    public static string LogDirectoryOf(string dataDirectory) => Path.Combine(dataDirectory, "logs");

    /// <summary>Creates the folder if there is none, checks that it is ours to use, and locks it.</summary>
    /// <exception cref="ClickstreamException">It cannot be written, is from a newer version, or another process holds it.</exception>
    public static async Task<DataFolder> OpenAsync(string directory, CancellationToken cancellationToken)
    {
        DataFolderLock? folderLock = null;
        try
        {
            Create(directory);
            RefuseNewerVersion(directory);
            folderLock = await DataFolderLock.AcquireAsync(directory, cancellationToken);

            var versionFile = Path.Combine(directory, "VERSION");
            if (!File.Exists(versionFile))
                PrivateFile.Write(versionFile, $"{Version}\n");

            var folder = new DataFolder(directory, ReadId(directory) ?? WriteNewId(directory), folderLock);
            foreach (var part in (string[])[folder.KafkaDirectory, folder.ValkeyDirectory, folder.LogDirectory])
                PrivateDirectory.Create(part);
            return folder;
        }
        catch (Exception e)
        {
            folderLock?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new ClickstreamException(
                    ExitCode.DataFolder,
                    $"data folder {directory} cannot be written: {e.Message.ReplaceLineEndings(" ")}; " +
                    $"choose another with --data-dir or {LocalOptions.DataDirectoryVariable}",
                    e);
            }

            throw;
        }
    }

    /// <summary>
    /// The folder's random name, or null if it has none yet. It is used in paths, so only what we write ourselves is let through.
    /// </summary>
    public static string? ReadId(string directory)
    {
        var file = Path.Combine(directory, "id");
        if (!File.Exists(file))
            return null;
        var id = File.ReadAllText(file).Trim();
        return id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? id : null;
    }

    /// <summary>Gives the folder another name, for one that turned out to be a copy.</summary>
    public DataFolder WithNewId() => new(Directory, WriteNewId(Directory), _lock);

    public ValueTask DisposeAsync()
    {
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    static string WriteNewId(string directory)
    {
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        PrivateFile.Write(Path.Combine(directory, "id"), id + "\n");
        return id;
    }

    static void Create(string directory)
    {
        if (System.IO.Directory.Exists(directory))
            return;

        // As root we leave the door ajar: the unprivileged user that runs PostgreSQL must get to its own folder in here.
        if (Posix.IsAvailable && Posix.IsRoot)
            PrivateDirectory.CreatePassable(directory);
        else
            PrivateDirectory.Create(directory);
    }

    static void RefuseNewerVersion(string directory)
    {
        var file = Path.Combine(directory, "VERSION");
        if (!File.Exists(file))
            return;

        var text = File.ReadAllText(file).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new ClickstreamException(
                ExitCode.DataFolder,
                $"{file} holds '{(text.Length > 20 ? text[..20] + "..." : text)}', which is not a version number; " +
                "this is not a folder of Clickstream's, choose another with --data-dir");
        }

        if (version > Version)
        {
            throw new ClickstreamException(
                ExitCode.DataFolder,
                $"data folder {directory} has version {version}, and this program knows versions up to {Version}; " +
                "use a newer Clickstream, or choose another folder with --data-dir");
        }
    }
}
