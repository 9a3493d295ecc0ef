using Clickstream.Core.Errors;

namespace Clickstream.Local.PostgreSql;

/// <summary>Ends a PostgreSQL whose Clickstream.Local was killed.</summary>
static class OrphanedPostgres
{
    /// <summary>Stops the server of a data folder that no Clickstream.Local holds.</summary>
    /// <returns>The pid of the server that was stopped, or null if none ran.</returns>
    /// <exception cref="ClickstreamException">A Clickstream.Local holds the folder; that is what should be stopped.</exception>
    public static async Task<int?> StopAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(dataDirectory))
            return null;

        using var folderLock = await DataFolderLock.AcquireAsync(dataDirectory, cancellationToken);
        return PostgreSqlCluster.FindDirectory(dataDirectory, DataFolder.ReadId(dataDirectory)) is { } cluster
            ? await Postmaster.StopAsync(cluster)
            : null;
    }
}
