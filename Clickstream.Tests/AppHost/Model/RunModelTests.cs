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
        await using var model = await AppHostModel.RunAsync("containers", "--OpenSearch:Enabled=true", "--Parameters:postgres-password=secret");
        var (kafka, database, search) = ("localhost:9092", "Host=localhost;Port=5432;Username=postgres;Password=secret;Database=clickstream", "http://localhost:9200");
        Assert.Equal(new Dictionary<string, string> { ["ConnectionStrings__kafka"] = kafka, ["ConnectionStrings__clickstream"] = database, ["Kafka__TraceLinks"] = "true" }, await model.EnvironmentAsync("consumer"));
        Assert.Equal(new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = kafka,
            ["ConnectionStrings__clickstream"] = database,
            ["ConnectionStrings__opensearch"] = search,
            ["OpenSearch__Enabled"] = "true",
            ["Kafka__TraceLinks"] = "true",
        }, await model.EnvironmentAsync("indexer"));
        Assert.Equal(new Dictionary<string, string> { ["ConnectionStrings__kafka"] = kafka, ["Kafka__TraceLinks"] = "true", ["Producer__Remote"] = "true" }, await model.EnvironmentAsync("producer"));
        Assert.Equal(new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = kafka,
            ["ConnectionStrings__clickstream"] = database,
            ["Consumer__SchemaOnly"] = "true",
            ["Kafka__TraceLinks"] = "true",
        }, await model.EnvironmentAsync("schema"));
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
        Assert.All(model["infrastructure"].Annotations.OfType<EndpointAnnotation>(), static endpoint => Assert.False(endpoint.IsProxied));
        Assert.Equal(new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = "127.0.0.1:19999",
            ["ConnectionStrings__clickstream"] =
                $"Host=127.0.0.1;Port=15432;Username=clickstream;Database=clickstream;Passfile={_folder.File("postgresql.pgpass")}",
            ["ConnectionStrings__opensearch"] = "http://127.0.0.1:19200",
            ["OpenSearch__Enabled"] = "true",
            ["Kafka__TraceLinks"] = "true",
        }, await model.EnvironmentAsync("indexer"));
        Assert.Equal(4, model["infrastructure"].Annotations.OfType<HealthCheckAnnotation>().Count());
        Assert.Equal(["clickstream", "infrastructure", "kafka"], model.WaitsFor("consumer", WaitType.WaitUntilHealthy));
    }

    [Fact]
    public async Task Aiven_gives_what_Terraform_has_put_out_with_certificates_in_base64()
    {
        await using var model = await AppHostModel.RunAsync("aiven", "--OpenSearch:Enabled=true",
            $"--Clickstream:TerraformOutputs={AppHostModel.WriteOutputs(_folder, _authority)}");
        var environment = await model.EnvironmentAsync("indexer");
        Assert.Equal(_authority.Pem, Encoding.ASCII.GetString(Convert.FromBase64String(environment["Kafka__SslCaPem"])));
        Assert.Contains("PRIVATE KEY", Encoding.ASCII.GetString(Convert.FromBase64String(environment["Kafka__SslKeyPem"])), StringComparison.Ordinal);
        Assert.Equal(
            [
                "ConnectionStrings__clickstream", "ConnectionStrings__kafka", "ConnectionStrings__opensearch",
                "Kafka__Partitions", "Kafka__SecurityProtocol", "Kafka__SslCaPem", "Kafka__SslCertificatePem", "Kafka__SslKeyPem", "Kafka__Topic", "Kafka__TraceLinks",
                "OpenSearch__Enabled", "OpenSearch__SslCaPem", "Postgres__SslCaPem",
            ],
            environment.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("kafka.example.aivencloud.com:12345", environment["ConnectionStrings__kafka"]);
        Assert.Equal(
            $"Host=pg.example.aivencloud.com;Port=23456;Username=avnadmin;Password={OutputSet.Password};Database=clickstream;SSL Mode=VerifyFull",
            environment["ConnectionStrings__clickstream"]);
        Assert.Equal($"https://avnadmin:{OutputSet.Password}@search.example.aivencloud.com:45678/", environment["ConnectionStrings__opensearch"]);
        foreach (var server in (string[])["kafka", "clickstream", "valkey", "opensearch"])
            Assert.Single(model[server].Annotations.OfType<HealthCheckAnnotation>());
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
        Assert.Superset(new HashSet<string> { "replay-sample", "simulate-traffic", "stop-traffic" }, model.Commands("producer").ToHashSet());
        Assert.Superset(new HashSet<string> { "verify-sessions", "reset-data" }, model.Commands("clickstream").ToHashSet());
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
