using System.Text;
using Aspire.Hosting.ApplicationModel;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Terraform;

namespace Clickstream.Tests.AppHost.Model;

public sealed class RunModelTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Containers_give_each_service_the_connection_strings_that_it_needs_and_no_more()
    {
        await using var model = await AppHostModel.RunAsync("containers", "--OpenSearch:Enabled=true");
        await new ServiceEnvironments(
            new() { ["ConnectionStrings__kafka"] = "localhost:9092" },
            new() { ["ConnectionStrings__clickstream"] = $"Host=localhost;Port=5432;Username=postgres;Password={AppHostModel.Password};Database=clickstream" },
            new() { ["ConnectionStrings__opensearch"] = "http://localhost:9200" }).AssertRunAsync(model);
    }

    [Fact]
    public async Task The_embedded_infrastructure_is_told_the_ports_that_the_services_are_given()
    {
        await using var model = await AppHostModel.RunAsync("embedded",
            "--OpenSearch:Enabled=true", $"--CLICKSTREAM_DATA_DIR={_folder.Path}", "--Clickstream:Ports:Kafka=19999");
        Assert.Equal(
            ["--data-dir", _folder.Path, "--kafka-port", "19999", "--postgresql-port", "15432", "--valkey-port", "16379", "--opensearch-port", "19200",
                "--parts", "kafka,postgresql,valkey,opensearch"],
            await model.ArgumentsAsync("infrastructure"));
        Assert.Empty(await model.EnvironmentAsync("infrastructure"));
        Assert.All(model["infrastructure"].Annotations.OfType<EndpointAnnotation>(), static endpoint => Assert.False(endpoint.IsProxied));
        await new ServiceEnvironments(
            new() { ["ConnectionStrings__kafka"] = "127.0.0.1:19999" },
            new()
            {
                ["ConnectionStrings__clickstream"] =
                    $"Host=127.0.0.1;Port=15432;Username=clickstream;Database=clickstream;Passfile={_folder.File("postgresql.pgpass")}",
            },
            new() { ["ConnectionStrings__opensearch"] = "http://127.0.0.1:19200" }).AssertRunAsync(model);
        Assert.Equal(4, model["infrastructure"].Annotations.OfType<HealthCheckAnnotation>().Count());
        Assert.Equal(["clickstream", "infrastructure", "kafka"], model.WaitsFor("consumer", WaitType.WaitUntilHealthy));
    }

    [Fact]
    public async Task Aiven_gives_what_Terraform_has_put_out_with_certificates_in_base64()
    {
        await using var model = await AppHostModel.RunAsync("aiven", "--OpenSearch:Enabled=true",
            $"--Clickstream:TerraformOutputs={AppHostModel.WriteOutputs(_folder, _authority)}");
        var authority = Base64(_authority.Pem);
        // Certificate and key are made anew for each file.
        var kafka = await model.EnvironmentAsync("producer");
        Assert.Contains("CERTIFICATE", Text(kafka["Kafka__SslCertificatePem"]), StringComparison.Ordinal);
        Assert.Contains("PRIVATE KEY", Text(kafka["Kafka__SslKeyPem"]), StringComparison.Ordinal);
        await new ServiceEnvironments(
            new()
            {
                ["ConnectionStrings__kafka"] = "kafka.example.aivencloud.com:12345",
                ["Kafka__SecurityProtocol"] = "Ssl",
                ["Kafka__Topic"] = "clickstream-events",
                ["Kafka__Partitions"] = "6",
                ["Kafka__SslCaPem"] = authority,
                ["Kafka__SslCertificatePem"] = kafka["Kafka__SslCertificatePem"],
                ["Kafka__SslKeyPem"] = kafka["Kafka__SslKeyPem"],
            },
            new()
            {
                ["ConnectionStrings__clickstream"] = "Host=pg.example.aivencloud.com;Port=23456;Username=avnadmin;"
                    + $"Password={OutputSet.Password};Database=clickstream;SSL Mode=VerifyFull",
                ["Postgres__SslCaPem"] = authority,
            },
            new()
            {
                ["ConnectionStrings__opensearch"] = $"https://avnadmin:{OutputSet.Password}@search.example.aivencloud.com:45678/",
                ["OpenSearch__SslCaPem"] = authority,
            }).AssertRunAsync(model);
        foreach (var server in (string[])["kafka", "clickstream", "valkey", "opensearch"])
            Assert.Single(model[server].Annotations.OfType<HealthCheckAnnotation>());

        static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
        static string Text(string base64) => Encoding.ASCII.GetString(Convert.FromBase64String(base64));
    }

    [Theory]
    [InlineData("containers")]
    [InlineData("embedded")]
    [InlineData("aiven")]
    public async Task Every_mode_has_the_same_services_that_wait_for_the_schema_and_the_same_commands(string mode)
    {
        await using var model = await AppHostModel.RunAsync(mode, "--Clickstream:Consumers=3",
            $"--Clickstream:TerraformOutputs={AppHostModel.WriteOutputs(_folder, _authority)}");
        foreach (var service in (string[])["consumer", "producer"])
            Assert.Equal(["schema"], model.WaitsFor(service, WaitType.WaitForCompletion));
        Assert.Contains("clickstream", model.WaitsFor("schema", WaitType.WaitUntilHealthy));
        Assert.Contains("kafka", model.WaitsFor("schema", WaitType.WaitUntilHealthy));
        Assert.Equal(3, model["consumer"].GetReplicaCount());
        Assert.Single(model["producer"].Annotations.OfType<ExplicitStartupAnnotation>());
        foreach (var command in (string[])["replay-sample", "simulate-traffic", "stop-traffic"])
            Assert.True(model.Command("producer", command).IsHighlighted);
        Assert.Null(model.Command("clickstream", "verify-sessions").ConfirmationMessage);
        Assert.NotNull(model.Command("clickstream", "reset-data").ConfirmationMessage);
        Assert.DoesNotContain(model.Resources, static resource => resource.Name is "indexer" or "opensearch");
    }

    [Fact]
    public async Task Image_tags_are_pinned_and_data_outlive_the_containers()
    {
        await using var model = await AppHostModel.RunAsync("containers", "--OpenSearch:Enabled=true");
        var containers = model.Resources.Where(static resource => resource.Annotations.OfType<ContainerImageAnnotation>().Any()).ToDictionary(
            static resource => resource.Name, static resource => resource.Annotations.OfType<ContainerImageAnnotation>().Last().Tag);
        Assert.Equal(new Dictionary<string, string?>
        {
            ["kafka"] = "8.2.0",
            ["kafka-ui"] = "v1.5.0",
            ["opensearch"] = "2.19.3",
            ["opensearch-dashboards"] = "2.19.3",
            ["pgweb"] = "0.17.0",
            ["postgres"] = "18.3",
            ["valkey"] = "9.1",
        }, containers.OrderBy(static container => container.Key).ToDictionary());
        foreach (var server in (string[])["kafka", "postgres", "valkey", "opensearch"])
        {
            Assert.Equal($"clickstream-{server}", Assert.Single(model[server].Annotations.OfType<ContainerMountAnnotation>()).Source);
            Assert.Equal(ContainerLifetime.Persistent, Assert.Single(model[server].Annotations.OfType<ContainerLifetimeAnnotation>()).Lifetime);
        }
    }
}
