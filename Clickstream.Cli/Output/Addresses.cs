using System.Net;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Npgsql;
using StackExchange.Redis;

namespace Clickstream.Cli.Output;

/// <summary>Says where what runs is reached.</summary>
static class Addresses
{
    /// <summary>Host, port, database and user, without what could be a secret.</summary>
    public static string OfDatabase(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return $"{settings.Host}:{settings.Port}, database {settings.Database}, user {settings.Username}";
        }
        catch (ArgumentException)
        {
            return "a connection string that cannot be read";
        }
    }

    /// <summary>The URI without user and password.</summary>
    public static string OfOpenSearch(string connectionString) =>
        Uri.TryCreate(connectionString, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath.TrimEnd('/')}"
            : "a URI that cannot be read";

    /// <summary>Hosts and ports, without what else is in it.</summary>
    public static string OfValkey(string connectionString)
    {
        // A URI is no such string, and would be taken for a host whose name has the password in it.
        if (connectionString.Contains('@', StringComparison.Ordinal) || connectionString.Contains("://", StringComparison.Ordinal))
            return "a connection string that cannot be read";
        try
        {
            return string.Join(',', ConfigurationOptions.Parse(connectionString, ignoreUnknown: false).EndPoints.Select(
                static point => point is DnsEndPoint { Host: var host, Port: var port } ? $"{host}:{port}" : point.ToString()));
        }
        catch (ArgumentException)
        {
            return "a connection string that cannot be read";
        }
    }

    /// <summary>Says where all of it is.</summary>
    public static void Write(TextWriter writer, PipelineSettings settings, string topic, IEnumerable<WorkerEntry> workers, string logs)
    {
        var rows = new NamedLines();
        rows.Add("Kafka", settings.KafkaConnection?.Text is { } kafka ? $"{kafka}, topic {topic}" : null);
        rows.Add("PostgreSQL", settings.PostgresConnection?.Text is { } database ? OfDatabase(database) : null);
        rows.Add("Valkey", settings.ValkeyConnection?.Text is { } valkey ? OfValkey(valkey) : null);
        rows.Add("OpenSearch", settings.OpenSearchConnection?.Text is { } openSearch ? OfOpenSearch(openSearch) : null);
        foreach (var worker in workers)
            rows.Add(worker.IsIndexer ? "Indexer" : "Consumer", $"pid {worker.Process.Pid}, {worker.Url}/health");
        rows.Add("Logs", logs);
        writer.WriteLine();
        rows.Write(writer);
        writer.WriteLine();
    }
}
