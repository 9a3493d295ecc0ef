namespace Clickstream.Local.PostgreSql;

/// <summary>
/// The place for a cluster whose data folder lies where the unprivileged user that runs PostgreSQL cannot get to, such as in
/// root's home. It is found by the data folder's random id and never by its path, so that a data folder that is removed and
/// made anew starts with a new cluster, and one that is moved finds its own.
/// <code>
/// /var/lib/clickstream/ID/owner         path of the data folder that this belongs to
/// /var/lib/clickstream/ID/postgresql/   the cluster
/// </code>
/// </summary>
static class SystemFolder
{
    public const string Root = "/var/lib/clickstream";

    const string OwnerFile = "owner";

    public static string ClusterDirectory(string id) => Path.Combine(Root, id, PartName.PostgreSql);

    public static void Create(DataFolder folder)
    {
        PrivateDirectory.CreatePassable(Root);
        PrivateDirectory.CreatePassable(Path.Combine(Root, folder.Id));
        PrivateFile.Write(Path.Combine(Root, folder.Id, OwnerFile), folder.Directory + "\n");
    }

    /// <summary>Whether the folder of this id belongs to another data folder that still exists: then ours is a copy of that one.</summary>
    public static bool BelongsToAnother(DataFolder folder)
    {
        var owner = OwnerOf(folder.Id);
        return owner is not null && owner != folder.Directory && DataFolder.ReadId(owner) == folder.Id;
    }

    /// <summary>The folders whose data folders are gone, with the paths these had.</summary>
    public static IEnumerable<(string Directory, string Owner)> Orphans()
    {
        if (!Directory.Exists(Root))
            yield break;
        foreach (var directory in Directory.EnumerateDirectories(Root))
        {
            var id = Path.GetFileName(directory);
            if (OwnerOf(id) is { } owner && DataFolder.ReadId(owner) != id)
                yield return (directory, owner);
        }
    }

    static string? OwnerOf(string id)
    {
        try
        {
            return File.ReadAllText(Path.Combine(Root, id, OwnerFile)).TrimEnd('\n');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
