using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Npgsql;
using Spectre.Console;

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

    public static void Write(IAnsiConsole console, PipelineSettings settings, string topic, IEnumerable<ConsumerEntry> consumers, string logs)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn(new GridColumn().PadRight(0));
        Row("Kafka", settings.KafkaConnection?.Text is { } kafka ? $"{kafka}, topic {topic}" : null);
        Row("PostgreSQL", settings.PostgresConnection?.Text is { } database ? OfDatabase(database) : null);
        Row("Valkey", settings.ValkeyConnection?.Text);
        foreach (var consumer in consumers)
            Row("Consumer", $"pid {consumer.Process.Pid}, {consumer.Url}/health");
        Row("Logs", logs);
        console.WriteLine();
        console.Write(grid);
        console.WriteLine();

        void Row(string name, string? text)
        {
            if (text is not null)
                grid.AddRow(new Text(name), new Text(text));
        }
    }
}
