using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;

namespace Clickstream.Tests.ServiceDefaults;

public class ServiceArgumentsTests
{
    [Fact]
    public void Settings_come_with_an_equals_sign_or_as_two_words()
    {
        var (settings, exitWithParent) = ServiceArguments.Parse(["--Producer:File=a=b.csv", "--Producer:Limit", "5"]);
        Assert.Equal(["--Producer:File=a=b.csv", "--Producer:Limit=5"], settings);
        Assert.False(exitWithParent);
    }

    [Fact]
    public void The_switch_takes_no_value_from_what_follows_it()
    {
        var (settings, exitWithParent) = ServiceArguments.Parse(["--exit-with-parent", "--Producer:Limit=5"]);
        Assert.Equal(["--Producer:Limit=5"], settings);
        Assert.True(exitWithParent);
    }

    [Theory]
    [InlineData("events.csv")]
    [InlineData("-v")]
    [InlineData("--")]
    [InlineData("--Producer:File")]
    [InlineData("--Producer:File", "--exit-with-parent")]
    public void Anything_else_is_wrong_usage(params string[] args)
    {
        var e = Assert.Throws<ClickstreamException>(() => ServiceArguments.Parse(args));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Equal($"unexpected argument '{args[0]}'; settings are given as --Section:Name=value", e.Message);
    }
}
