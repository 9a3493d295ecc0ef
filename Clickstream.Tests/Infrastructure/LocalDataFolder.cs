using Clickstream.Local;
using Clickstream.Local.PostgreSql;

namespace Clickstream.Tests.Infrastructure;

/// <summary>
/// A data folder for a Clickstream.Local of a test, in the temp folder. Disposing of it stops a PostgreSQL that was left running
/// on it and removes every file.
/// </summary>
public sealed class LocalDataFolder : IAsyncDisposable
{
    readonly string _parent;

    public LocalDataFolder()
    {
        // Not Directory.CreateTempSubdirectory: for root's runs, PostgreSQL's user must be able to pass through.
        _parent = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "clickstream-test-" + System.IO.Path.GetRandomFileName());
        PrivateDirectory.CreatePassable(_parent);
        Path = System.IO.Path.Combine(_parent, "data");
    }

    /// <summary>The folder, which does not exist yet.</summary>
    public string Path { get; }

    public async ValueTask DisposeAsync()
    {
        await OrphanedPostgres.StopAsync(Path, CancellationToken.None);
        if (DataFolder.ReadId(Path) is { } id)
            DeleteFromSystemFolder(id);
        Directory.Delete(_parent, recursive: true);
    }

    static void DeleteFromSystemFolder(string id)
    {
        var directory = System.IO.Path.Combine(SystemFolder.Root, id);
        if (!Directory.Exists(directory))
            return;
        Directory.Delete(directory, recursive: true);
        try
        {
            Directory.Delete(SystemFolder.Root);
        }
        catch (IOException)
        {
            // It serves other data folders too.
        }
    }
}
