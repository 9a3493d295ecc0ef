using Clickstream.AppHost.Settings;
using Clickstream.Cli;
using Clickstream.Core.Errors;
using Microsoft.Extensions.Configuration;

namespace Clickstream.Tests.AppHost;

public class AppHostSettingsTests
{
    [Fact]
    public void Without_a_word_it_is_containers_one_consumer_and_no_search()
    {
        var settings = Read();
        Assert.Equal(InfrastructureMode.Containers, settings.Mode);
        Assert.Equal(1, settings.Consumers);
        Assert.False(settings.OpenSearch);
        Assert.Null(settings.TerraformOutputs);
        Assert.Equal(new EmbeddedPorts(19092, 15432, 16379, 19200), settings.Ports);
    }

    [Theory]
    [InlineData("containers", "Containers")]
    [InlineData("Aiven", "Aiven")]
    [InlineData("EMBEDDED", "Embedded")]
    public void A_mode_is_named_in_any_case(string name, string mode) =>
        Assert.Equal(mode, Read(("Clickstream:Mode", name)).Mode.ToString());

    [Fact]
    public void A_mode_that_is_not_known_is_answered_with_those_that_are()
    {
        var error = Assert.Throws<ClickstreamException>(static () => Read(("Clickstream:Mode", "docker"), ("Clickstream:Consumers", "0")));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Equal("Clickstream:Mode is docker; allowed: containers, aiven, embedded; Clickstream:Consumers is 0; allowed: 1 to 64", error.Message);
    }

    [Fact]
    public void Without_Aspire_the_embedded_pipeline_is_asked_for_with_the_same_settings()
    {
        Assert.Equal(
            ["up", "--data-dir", Path.GetFullPath("/solution/.clickstream"), "--consumers", "1", "--kafka-port", "19092", "--postgresql-port", "15432", "--valkey-port", "16379"],
            EmbeddedUp.Arguments(Read(), "/solution/AppHost"));
        Assert.Equal(
            ["up", "--data-dir", Path.GetFullPath("/data"), "--consumers", "3", "--kafka-port", "1", "--postgresql-port", "2", "--valkey-port", "3", "--opensearch", "--opensearch-port", "4"],
            EmbeddedUp.Arguments(Read(("Clickstream:Mode", "embedded"), ("Clickstream:Consumers", "3"), ("OpenSearch:Enabled", "true"), ("CLICKSTREAM_DATA_DIR", "/data"),
                ("Clickstream:Ports:Kafka", "1"), ("Clickstream:Ports:PostgreSql", "2"), ("Clickstream:Ports:Valkey", "3"), ("Clickstream:Ports:OpenSearch", "4")), "/solution/AppHost"));
    }

    [Fact]
    public void What_Aspire_is_not_there_for_is_understood_by_the_command() =>
        Assert.Empty(ClickstreamCommand.Parse(EmbeddedUp.Arguments(Read(("OpenSearch:Enabled", "true")), EmbeddedUp.AppHostDirectory)).Errors);

    [Fact]
    public void Without_Aspire_nobody_who_asked_for_Aiven_gets_something_else()
    {
        var error = Assert.Throws<ClickstreamException>(static () => EmbeddedUp.Arguments(Read(("Clickstream:Mode", "aiven")), "/"));
        Assert.Equal(ExitCode.NotInstalled, error.ExitCode);
    }

    static AppHostSettings Read(params (string Key, string Value)[] settings) => AppHostSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build());
}
