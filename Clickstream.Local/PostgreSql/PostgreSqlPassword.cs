using System.Security.Cryptography;
using Clickstream.Core.Errors;

namespace Clickstream.Local.PostgreSql;

/// <summary>The password of the one role, made once and kept in a file in libpq's pgpass format.</summary>
static class PostgreSqlPassword
{
    /// <summary>The stored password or, for a cluster that is yet to be made, a new one.</summary>
    public static string GetOrCreate(DataFolder folder, bool clusterExists)
    {
        var file = folder.PasswordFile;
        if (Read(file) is { } stored)
            return stored;

        if (clusterExists)
        {
            throw new ClickstreamException(
                ExitCode.DataFolder,
                $"{file} is missing or damaged, and without the password in it the database cannot be opened; " +
                "put it back, or remove the data folder to start over");
        }

        // Letters and digits only, so nothing needs escaping anywhere.
        var password = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43);
        PrivateFile.Write(file, $"127.0.0.1:*:*:{PostgreSqlCluster.Role}:{password}\n");
        return password;
    }

    public static string? Read(string file)
    {
        if (!File.Exists(file))
            return null;
        var fields = File.ReadAllText(file).Trim().Split(':');
        return fields.Length == 5 && fields[4].Length > 0 ? fields[4] : null;
    }
}
