using System.Text;
using Clickstream.Core.Errors;
using Clickstream.Local.Processes;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.PostgreSql;

/// <summary>A database cluster (a folder that initdb has filled), with who runs it and by which programs.</summary>
sealed record PostgreSqlCluster(string Directory, ServerAccount Account, PostgreSqlBinaries Binaries)
{
    /// <summary>The name of the superuser and of the database alike.</summary>
    public const string Role = "clickstream";

    const string TemporaryPrefix = "initdb-";

    /// <summary>The folder of the cluster that belongs to a data folder, or null if none was made yet.</summary>
    public static string? FindDirectory(string dataDirectory, string? id)
    {
        string[] places = id is null || !Posix.IsAvailable
            ? [DataFolder.PostgreSqlDirectoryOf(dataDirectory)]
            : [DataFolder.PostgreSqlDirectoryOf(dataDirectory), SystemFolder.ClusterDirectory(id)];
        return places.FirstOrDefault(static place => System.IO.Directory.Exists(place));
    }

    public static async Task<PostgreSqlCluster> OpenAsync(string directory, CancellationToken cancellationToken)
    {
        var account = await ServerAccount.OwnerOfAsync(directory, cancellationToken);
        if (!await account.CanEnterAsync(directory, cancellationToken))
        {
            throw new ClickstreamException(
                ExitCode.DataFolder,
                $"user {account.User}, which runs PostgreSQL, cannot get to {directory} any more; allow it with chmod o+x on the folders above");
        }

        var versionFile = Path.Combine(directory, "PG_VERSION");
        if (!File.Exists(versionFile))
            throw new ClickstreamException(ExitCode.DataFolder, $"{directory} holds no PostgreSQL cluster; remove it, and a new one is made");

        var version = (await File.ReadAllTextAsync(versionFile, cancellationToken)).Trim();
        return new PostgreSqlCluster(directory, account, await PostgreSqlBinaries.FindAsync(version, directory, cancellationToken));
    }

    /// <summary>
    /// Makes a new cluster: under a temporary name first, so that a process killed on the way leaves no half of one behind.
    /// </summary>
    public static async Task<PostgreSqlCluster> CreateAsync(DataFolder folder, string password, ILogger logger, CancellationToken cancellationToken)
    {
        var binaries = PostgreSqlBinaries.Find();
        var account = await ServerAccount.ForNewClusterAsync(cancellationToken);
        var directory = folder.PostgreSqlDirectory;
        if (!await account.CanEnterAsync(folder.Directory, cancellationToken))
        {
            SystemFolder.Create(folder);
            directory = SystemFolder.ClusterDirectory(folder.Id);
            logger.ClusterElsewhere(folder.Directory, account.User!, directory);
        }

        var parent = Path.GetDirectoryName(directory)!;
        var temporary = Path.Combine(parent, TemporaryPrefix + Path.GetRandomFileName());
        var passwordFile = temporary + ".password";
        try
        {
            PrivateDirectory.Create(temporary);
            PrivateFile.Write(passwordFile, password);
            await account.OwnAsync(cancellationToken, temporary, passwordFile);
            var initdb = await account.RunAsync(
                binaries.InitDb,
                [
                    "--pgdata", temporary, "--username", Role, "--pwfile", passwordFile,
                    "--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
                ],
                cancellationToken);
            if (initdb.ExitCode != 0)
                throw new ClickstreamException(ExitCode.Unavailable, $"initdb could not make a PostgreSQL cluster in {parent}: {initdb.Reason}");

            // initdb has synced what is inside, but for this line and for the cluster's name.
            await AppendAsync(Path.Combine(temporary, "postgresql.conf"), PostgreSqlSettings.Include, cancellationToken);
            System.IO.Directory.Move(temporary, directory);
            if (Posix.IsAvailable)
                Posix.SyncDirectory(parent);
        }
        finally
        {
            TryDelete(passwordFile);
            TryDelete(temporary);
        }

        return new PostgreSqlCluster(directory, account, binaries);
    }

    /// <summary>Removes what a process killed in the middle of <see cref="CreateAsync"/> has left beside the cluster.</summary>
    public void RemoveLeftovers()
    {
        foreach (var leftover in System.IO.Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Directory)!, TemporaryPrefix + "*"))
            TryDelete(leftover);
    }

    static async Task AppendAsync(string path, string text, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Append);
        await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        file.Flush(flushToDisk: true);
    }

    // An initdb whose Clickstream.Local was killed may still be writing: what cannot be removed now is removed by a later start.
    static void TryDelete(string path)
    {
        try
        {
            if (System.IO.Directory.Exists(path))
                System.IO.Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
