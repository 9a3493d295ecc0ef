using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Terraform;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Tests.ServiceDefaults;

public sealed class SettingsSourcesTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Without_a_file_nothing_is_added() => Assert.Empty((await LoadAsync()).Settings);

    [Fact]
    public async Task The_environment_wins_over_the_file_and_the_file_over_terraform()
    {
        await File.WriteAllTextAsync(_folder.File("outputs.json"), new OutputSet(_authority).ToJson(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.File(".env"),
            "Clickstream__TerraformOutputs=outputs.json\nKafka__Topic=file\nKafka__Partitions=9\nKafka__Partitions=12\nConsumer__GroupId=file\nIndexer__Gzip=\n",
            TestContext.Current.CancellationToken);
        var sources = await LoadAsync(("Consumer:GroupId", "environment"), ("Kafka:Topic", ""));
        Assert.Equal(("file", SettingSource.EnvFile), Of(sources, "kafka:topic"));
        Assert.Equal(("12", SettingSource.EnvFile), Of(sources, "Kafka:Partitions"));
        Assert.Equal(("kafka.example.aivencloud.com:12345", SettingSource.Terraform), Of(sources, "ConnectionStrings:kafka"));
        Assert.False(sources.Settings.ContainsKey("Consumer:GroupId"));
        Assert.False(sources.Settings.ContainsKey("Indexer:Gzip"));

        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Consumer:GroupId", "environment")]);
        sources.AddTo(configuration);
        Assert.Equal("environment", configuration.Build()["Consumer:GroupId"]);
        Assert.Equal("file", configuration.Build()["Kafka:Topic"]);
    }

    [Fact]
    public async Task A_server_and_its_certificates_come_from_one_source()
    {
        await File.WriteAllTextAsync(_folder.File(".env"),
            "ConnectionStrings__kafka=file\nKafka__SslCaPem=file\nPostgres__SslCaPem=file\nOpenSearch__DashboardsUrl=http://u:p@file\n", TestContext.Current.CancellationToken);
        var sources = await LoadAsync(("ConnectionStrings:kafka", "environment"), ("ConnectionStrings:opensearch", "environment"));
        Assert.False(sources.Settings.ContainsKey("Kafka:SslCaPem"));
        Assert.False(sources.Settings.ContainsKey("OpenSearch:DashboardsUrl"));
        Assert.Equal(("file", SettingSource.EnvFile), Of(sources, "Postgres:SslCaPem"));
    }

    [Theory]
    [InlineData("ConnectionStrings__valkey=h:6379,password=p", UnixFileMode.OtherRead, true)]
    [InlineData("ConnectionStrings__kafka=h:9092", UnixFileMode.OtherRead, false)]
    [InlineData("Kafka__SslKeyPem=key", UnixFileMode.GroupRead, true)]
    [InlineData("Kafka__SslKeyPem=key", UnixFileMode.None, false)]
    [InlineData("Kafka__Topic=shop", UnixFileMode.OtherRead, false)]
    public async Task A_file_of_secrets_that_others_may_read_is_warned_of(string line, UnixFileMode others, bool isWarned)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights");
        var file = _folder.File(".env");
        await File.WriteAllTextAsync(file, line, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        Assert.Equal(isWarned ? $"{file} holds secrets, and others than you may read it; run: chmod 600 {file}" : null, (await LoadAsync()).Warning);
    }

    [Fact]
    public async Task An_environment_that_names_no_outputs_ends_the_files_wish()
    {
        await File.WriteAllTextAsync(_folder.File(".env"), "Clickstream__TerraformOutputs=nowhere\n", TestContext.Current.CancellationToken);
        Assert.False((await LoadAsync(("Clickstream:TerraformOutputs", ""))).HasTerraform);
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => LoadAsync());
        Assert.StartsWith($"there is neither a folder nor a file {_folder.File("nowhere")} for Terraform's outputs", e.Message, StringComparison.Ordinal);
    }

    static (string, SettingSource) Of(SettingsSources sources, string key) => (sources.Settings[key].Value, sources.Settings[key].Source);

    Task<SettingsSources> LoadAsync(params (string Key, string Value)[] above) => SettingsSources.LoadAsync(
        new ConfigurationBuilder().AddInMemoryCollection(above.Select(static setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build(),
        _folder.Path, TimeProvider.System, TestContext.Current.CancellationToken);
}
