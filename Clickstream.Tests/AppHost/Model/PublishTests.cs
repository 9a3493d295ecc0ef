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
        await using var model = await AppHostModel.PublishAsync(mode, "--OpenSearch:Enabled=true", "--Parameters:postgres-password=not-for-publishing",
            $"--Clickstream:TerraformOutputs={AppHostModel.WriteOutputs(_folder, _authority)}");
        var environment = await model.EnvironmentAsync("indexer");
        Assert.Equal(
            ["{clickstream.connectionString}", "{kafka.connectionString}", "{opensearch.connectionString}"],
            environment.Where(static variable => variable.Key.StartsWith("ConnectionStrings__", StringComparison.Ordinal))
                .OrderBy(static variable => variable.Key, StringComparer.Ordinal).Select(static variable => variable.Value));
        Assert.All(environment.Where(static variable => variable.Key.EndsWith("Pem", StringComparison.Ordinal)),
            static variable => Assert.EndsWith(".value}", variable.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(model.Resources, static resource => resource.Name is "schema" or "infrastructure");
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
    }

    [Theory]
    [InlineData("docker", 2, "error: Clickstream:Mode is docker; allowed: containers, aiven, embedded")]
    [InlineData("aiven", 3, "error: there is neither a folder nor a file nowhere for Terraform's outputs; name the folder of the configuration, or a file that `terraform output -json` was saved to")]
    public async Task A_wrong_setting_is_one_line_and_its_exit_code(string mode, int code, string error)
    {
        await using var appHost = await ChildProcess.RunAsync(ChildProcess.PathOf("Clickstream.AppHost"),
            [$"--Clickstream:Mode={mode}", "--Clickstream:TerraformOutputs=nowhere"], TestContext.Current.CancellationToken);
        Assert.Equal(code, await appHost.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(error, Assert.Single(appHost.ErrorLines));
    }

    async Task PublishAsync(string mode, params string[] args)
    {
        var outputs = AppHostModel.WriteOutputs(_folder, _authority);
        await using var appHost = await ChildProcess.RunAsync(ChildProcess.PathOf("Clickstream.AppHost"),
            [
                $"--Clickstream:Mode={mode}", "--Clickstream:Consumers=2", "--OpenSearch:Enabled=true", $"--Clickstream:TerraformOutputs={outputs}",
                "--Parameters:postgres-password=not-for-publishing", .. args,
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
            ["producer", "schema", "infrastructure", "kafka-ui", "pgweb", "dashboards", "127.0.0.1", "Clickstream__Mode", "not-for-publishing", OutputSet.Password, "BEGIN ", "LS0tLS1"])
            Assert.DoesNotContain(absent, text, StringComparison.OrdinalIgnoreCase);
    }
}
