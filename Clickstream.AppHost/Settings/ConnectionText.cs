using System.Data.Common;

namespace Clickstream.AppHost.Settings;

/// <summary>Values as they are written in connection strings.</summary>
static class ConnectionText
{
    /// <summary>A value of an Npgsql connection string, in quotes where it needs them.</summary>
    public static string PostgresValue(string value)
    {
        const string Keyword = "Password";
        return new DbConnectionStringBuilder { [Keyword] = value }.ConnectionString[(Keyword.Length + 1)..];
    }
}
