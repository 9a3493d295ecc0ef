using System.Text.Json;
using Clickstream.Cli;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Local.Kafka;
using Clickstream.Tests.Terraform;

namespace Clickstream.Tests.Rehearsal;

/// <summary>
/// From Terraform's outputs to verified sessions and indices, with the real commands and services as processes, as on Aiven but for
/// Aiven: once from <c>.env</c>, once straight from <c>terraform output</c>.
/// </summary>
[Collection(nameof(RehearsalServers))]
public sealed class RehearsalTests(RehearsalServers servers)
{
    const int Rows = 600;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_outputs_to_verified_sessions_without_a_secret_lying_about(bool isRealKafka)
    {
        Assert.SkipUnless(TerraformProgram.IsInstalled, "terraform is not installed");
        if (isRealKafka)
            RealKafkaProcess.SkipWithout();
        var client = servers.Authority.IssueClient("clickstream");
        var outputs = servers.Outputs(await servers.KafkaAsync(isRealKafka), LocalInfrastructure.UniqueName(), await servers.CreateDatabaseAsync(), client);
        using var folder = new RehearsalFolder(outputs);
        using var other = new TestAuthority();
        folder.WriteRootCertificate(other);
        var file = folder.PathOf("events.csv");
        await EventFile.WriteAsync(file, 2 * Rows, seed: 1, static _ => { }, Cancelled);

        await FromEnvFileAsync(folder, outputs, file);
        File.Delete(folder.EnvFile);
        folder.Set("Clickstream__TerraformOutputs", "terraform");
        await FromTerraformAsync(folder, outputs, file);
    }

    /// <summary>Services that are started by hand, with nothing but the file.</summary>
    async Task FromEnvFileAsync(RehearsalFolder folder, OutputSet outputs, string file)
    {
        await folder.RunAsync(ExitCode.Success, "config", "generate");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.EnvFile));

        await using var consumer = folder.StartService("Clickstream.Consumer");
        await using var indexer = folder.StartService("Clickstream.OpenSearchIndexer");
        var producer = await folder.RunAsync(ExitCode.Success, "producer", "start", "--file", file, "--limit", $"{Rows}");
        Assert.Equal(Rows, JsonDocument.Parse(producer.Output).RootElement.GetProperty("sent").GetInt64());

        // Each takes its time to start, and none changes anything.
        var (showing, overwriting) = (folder.RunAsync(ExitCode.Success, "config", "show", "--json"), folder.RunAsync(ExitCode.Usage, "config", "generate"));
        await Task.WhenAll(showing, overwriting, VerifiedAsync(folder, outputs, Rows));
        Assert.Contains("exists; overwrite it with -f", (await overwriting).Error, StringComparison.Ordinal);

        // Alone: it has ten seconds for each service.
        var check = (await folder.RunAsync(ExitCode.Success, "config", "check")).Output;
        Assert.Contains($"✓ Kafka at {outputs["kafka_bootstrap_servers"]}: TLS, verified both ways; client certificate CN=clickstream until ", check, StringComparison.Ordinal);
        Assert.Contains($"✓ topic {outputs["kafka_topic"]} has 3 partitions", check, StringComparison.Ordinal);
        Assert.Matches(@"✓ PostgreSQL [\d.]+ at localhost:\d+, database \w+, user avnadmin: TLS, verified", check);
        Assert.Contains("✓ clocks agree within 0.1 s", check, StringComparison.Ordinal);
        Assert.Matches(@"✓ Valkey \(Redis [\d.]+\) at localhost:\d+: TLS, verified", check);
        Assert.Matches(@"✓ OpenSearch [\d.]+ at https://localhost:\d+: TLS, verified", check);

        var shown = JsonDocument.Parse((await showing).Output).RootElement.GetProperty("settings")
            .EnumerateArray().ToDictionary(static setting => setting.GetProperty("key").GetString()!);
        Assert.Equal(".env", shown["ConnectionStrings:kafka"].GetProperty("source").GetString());
        Assert.Equal("environment", shown["OpenSearch:IndexPrefix"].GetProperty("source").GetString());
        Assert.Equal("default", shown["Sessions:Timeout"].GetProperty("source").GetString());
        Assert.Equal("***", shown["Kafka:SslKeyPem"].GetProperty("value").GetString());

        folder.AssertNoSecretIsLeftLying();
        foreach (var service in (ChildProcess[])[consumer, indexer])
        {
            Assert.Equal(0, await service.StopAsync(Cancelled));
            folder.AssertNoSecret(service.Output + service.Error, service.Name);
        }
    }

    /// <summary>All of it by <c>up</c>, and no file that holds a secret but Terraform's own.</summary>
    async Task FromTerraformAsync(RehearsalFolder folder, OutputSet outputs, string file)
    {
        await folder.RunAsync(ExitCode.Success, "up", "--detach");
        try
        {
            await folder.RunAsync(ExitCode.Success, "producer", "start", "--file", file, "--offset", $"{Rows}");
            var status = folder.RunAsync(ExitCode.Success, "status");
            await Task.WhenAll(status, VerifiedAsync(folder, outputs, 2 * Rows));
            Assert.Contains("(from terraform)", (await status).Output, StringComparison.Ordinal);
            folder.AssertNoSecretIsLeftLying();
        }
        finally
        {
            await folder.RunAsync(ExitCode.Success, "down");
        }
        Assert.False(File.Exists(folder.EnvFile));
        folder.AssertNoSecretIsLeftLying();
    }

    /// <summary>Waits until the first rows of the generated file are stored, and verifies tables and indices.</summary>
    async Task VerifiedAsync(RehearsalFolder folder, OutputSet outputs, int rows)
    {
        var distinct = RetailGenerator.Generate(2 * Rows, seed: 1).Take(rows).Distinct().LongCount();
        await Eventually.TrueAsync(async () => await servers.StoredEventsAsync((string)outputs["postgres_database"]!) == distinct);
        var (verdict, _) = await folder.RunAsync(ExitCode.Success, "verify", "--opensearch", "--json");
        Assert.True(JsonDocument.Parse(verdict).RootElement.GetProperty("verified").GetBoolean());
    }
}
