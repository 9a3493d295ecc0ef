using System.Reflection;

namespace Clickstream.Cli.Benchmark;

/// <summary>Says where something is measured.</summary>
static class Site
{
    public static async Task<BenchmarkSite> OfAsync(Workbench bench)
    {
        await using var command = bench.Clients.Database.CreateCommand("SHOW server_version");
        // Distributions add their own version to PostgreSQL's.
        var server = ((string)(await command.ExecuteScalarAsync(bench.Context.Stop))!).Split(' ')[0];
        var version = typeof(Site).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return new(
            DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()), version, Environment.ProcessorCount, bench.Settings.KafkaConnection!.SourceName,
            bench.Settings.PostgresConnection!.SourceName, server);
    }
}
