using Clickstream.Core.Errors;
using Clickstream.Local;

namespace Clickstream.Tests.Local;

public sealed class LocalOptionsTests
{
    [Fact]
    public void Defaults_to_all_parts_but_the_search_node_on_free_ports_in_a_folder_here()
    {
        var options = Parse();

        Assert.Equal(Path.Combine(Here, ".clickstream"), options.DataDirectory);
        Assert.Equal(LocalParts.Default, options.Parts);
        Assert.Equal((0, 0, 0, 0), (options.KafkaPort, options.PostgreSqlPort, options.ValkeyPort, options.OpenSearchPort));
        Assert.False(options.ExitWithParent);
    }

    [Fact]
    public void Takes_values_behind_a_space_and_behind_an_equals_sign()
    {
        var options = Parse("--data-dir=x", "--parts", "valkey, KAFKA", "--kafka-port=9092", "--postgresql-port", "5432", "--exit-with-parent");

        Assert.Equal(Path.Combine(Here, "x"), options.DataDirectory);
        Assert.Equal(LocalParts.Kafka | LocalParts.Valkey, options.Parts);
        Assert.Equal((9092, 5432), (options.KafkaPort, options.PostgreSqlPort));
        Assert.True(options.ExitWithParent);
    }

    [Fact]
    public void Takes_the_folder_from_the_environment_unless_told_otherwise()
    {
        static string? Environment(string name) => name == "CLICKSTREAM_DATA_DIR" ? "from-environment" : null;

        Assert.Equal(Path.Combine(Here, "from-environment"), LocalOptions.Parse([], Environment, Here).DataDirectory);
        Assert.Equal(Path.Combine(Here, "told"), LocalOptions.Parse(["--data-dir", "told"], Environment, Here).DataDirectory);
    }

    [Theory]
    [InlineData("argument '--prats' is not known; --help lists the options", "--prats", "kafka")]
    [InlineData("argument 'kafka' is not known; --help lists the options", "kafka")]
    [InlineData("argument '--exit-with-parent=yes' is not known; --help lists the options", "--exit-with-parent=yes")]
    [InlineData("--data-dir needs a value", "--data-dir")]
    [InlineData("--data-dir is empty; name a folder", "--data-dir=")]
    [InlineData("--parts names 'redis'; allowed: kafka, postgresql, valkey, opensearch", "--parts", "kafka,redis")]
    [InlineData("--parts is empty; allowed: kafka, postgresql, valkey, opensearch", "--parts", ",")]
    [InlineData("--kafka-port is '65536'; allowed: 1 to 65535, or 0 for a free port", "--kafka-port", "65536")]
    [InlineData("--valkey-port is '-1'; allowed: 1 to 65535, or 0 for a free port", "--valkey-port", "-1")]
    public void Names_what_it_does_not_understand(string message, params string[] arguments)
    {
        var error = Assert.Throws<ClickstreamException>(() => Parse(arguments));

        Assert.Equal(message, error.Message);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    static string Here => Path.TrimEndingDirectorySeparator(Path.GetTempPath());

    static LocalOptions Parse(params string[] arguments) => LocalOptions.Parse(arguments, static _ => null, Here);
}
