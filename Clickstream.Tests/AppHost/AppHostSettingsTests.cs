using Clickstream.AppHost.Settings;
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
    public void Without_Aspire_the_embedded_pipeline_is_asked_for()
    {
        Assert.Equal(["up", "--consumers", "1"], EmbeddedUp.Arguments(Read()));
        Assert.Equal(["up", "--consumers", "3", "--opensearch"], EmbeddedUp.Arguments(Read(
            ("Clickstream:Mode", "embedded"), ("Clickstream:Consumers", "3"), ("OpenSearch:Enabled", "true"))));
    }

    [Fact]
    public void Without_Aspire_nobody_who_asked_for_Aiven_gets_something_else()
    {
        var error = Assert.Throws<ClickstreamException>(static () => EmbeddedUp.Arguments(Read(("Clickstream:Mode", "aiven"))));
        Assert.Equal(ExitCode.NotInstalled, error.ExitCode);
    }

    static AppHostSettings Read(params (string Key, string Value)[] settings) => AppHostSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build());
}
