using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Terraform;

namespace Clickstream.Tests.AppHost.Model;

/// <summary>What is published, by the AppHost as a process: <c>--publisher manifest</c> for azd, and Compose files.</summary>
public sealed class PublishTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("containers")]
    [InlineData("embedded")]
    [InlineData("aiven")]
    public async Task A_published_service_gets_references_and_no_secret(string mode)
    {
        await using var model = await AppHostModel.PublishAsync(mode, "--OpenSearch:Enabled=true",
            $"--Clickstream:TerraformOutputs={AppHostModel.WriteOutputs(_folder, _authority)}");
        var expected = new ServiceEnvironments(
            new() { ["ConnectionStrings__kafka"] = "{kafka.connectionString}" },
            new() { ["ConnectionStrings__clickstream"] = "{clickstream.connectionString}" },
            new() { ["ConnectionStrings__opensearch"] = "{opensearch.connectionString}" });
        if (mode == "aiven")
        {
            foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
                [("SecurityProtocol", "Ssl"), ("Topic", "clickstream-events"), ("Partitions", "6"),
                    ("SslCaPem", "{aiven-ca.value}"), ("SslCertificatePem", "{kafka-certificate.value}"), ("SslKeyPem", "{kafka-key.value}")])
                expected.Kafka.Add($"Kafka__{name}", value);
            expected.Database.Add("Postgres__SslCaPem", "{aiven-ca.value}");
            expected.Search.Add("OpenSearch__SslCaPem", "{aiven-ca.value}");
        }
        await expected.AssertPublishedAsync(model);
        Assert.DoesNotContain(model.Resources, static resource => resource.Name is "schema" or "infrastructure" or "valkey");
    }

    [Theory]
    [InlineData("containers")]
    [InlineData("embedded")]
    [InlineData("aiven")]
    public async Task The_manifest_has_the_services_and_nothing_that_is_local_or_secret(string mode)
    {
        var file = _folder.File("manifest.json");
        await PublishAsync(mode, "--publisher", "manifest", "--output-path", file);
        AssertPublished(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("containers")]
    [InlineData("embedded")]
    [InlineData("aiven")]
    public async Task So_have_the_Compose_files(string mode)
    {
        await PublishAsync(mode, "--operation", "publish", "--step", "publish", "--output-path", _folder.Path);
        var compose = await File.ReadAllTextAsync(_folder.File("docker-compose.yaml"), TestContext.Current.CancellationToken);
        AssertPublished(compose + await File.ReadAllTextAsync(_folder.File(".env"), TestContext.Current.CancellationToken));
        Assert.Contains("replicas: 2", compose, StringComparison.Ordinal);
        foreach (var setting in (string[])["HTTP_PORTS: \"8080\"", "restart: \"unless-stopped\"", "stop_grace_period: \"30s\""])
            Assert.Equal(2, compose.Split(setting).Length - 1);
        Assert.Equal(mode == "containers", compose.Contains("POSTGRES_DB: \"clickstream\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("docker", 2, "Clickstream:Mode is docker; allowed: containers, aiven, embedded")]
    [InlineData("aiven", 3, "there is neither a folder nor a file OUTPUTS for Terraform's outputs; name the folder of the configuration, or a file that `terraform output -json` was saved to")]
    public async Task A_wrong_setting_is_one_line_and_its_exit_code(string mode, int code, string error)
    {
        var outputs = _folder.File("nowhere.json");
        await using var appHost = await ChildProcess.RunAsync(ChildProcess.PathOf("Clickstream.AppHost"),
            [$"--Clickstream:Mode={mode}", $"--Clickstream:TerraformOutputs={outputs}", "--publisher", "manifest", "--output-path", _folder.File("manifest.json")],
            TestContext.Current.CancellationToken);
        Assert.Equal(code, await appHost.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal($"error: {error.Replace("OUTPUTS", outputs, StringComparison.Ordinal)}", Assert.Single(appHost.ErrorLines));
    }

    async Task PublishAsync(string mode, params string[] args)
    {
        var outputs = AppHostModel.WriteOutputs(_folder, _authority);
        await using var appHost = await ChildProcess.RunAsync(ChildProcess.PathOf("Clickstream.AppHost"),
            [
                $"--Clickstream:Mode={mode}", "--Clickstream:Consumers=2", "--OpenSearch:Enabled=true", $"--Clickstream:TerraformOutputs={outputs}",
                $"--Parameters:postgres-password={AppHostModel.Password}", .. args,
            ],
            TestContext.Current.CancellationToken);
        File.Delete(outputs);
        Assert.True(await appHost.WaitForExitAsync(TestContext.Current.CancellationToken) == 0, appHost.Transcript());
    }

    static void AssertPublished(string text)
    {
        Assert.Contains("consumer", text, StringComparison.Ordinal);
        Assert.Contains("indexer", text, StringComparison.Ordinal);
        foreach (var absent in (string[])
            ["producer", "schema", "infrastructure", "valkey", "kafka-ui", "pgweb", "dashboard", "OTEL_EXPORTER", "127.0.0.1", "Clickstream__", AppHostModel.Password, OutputSet.Password, "BEGIN ", "LS0tLS1"])
            Assert.DoesNotContain(absent, text, StringComparison.OrdinalIgnoreCase);
    }
}
