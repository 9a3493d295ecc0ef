using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;

namespace Clickstream.Tests.ServiceDefaults;

public class EnvFileTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("  export A = 1 # one", "1")]
    [InlineData("A=a#b=c", "a#b=c")]
    [InlineData("A=", "")]
    [InlineData("A='x # $y \\n'", "x # $y \\n")]
    [InlineData("A=\"x # \\$y \\\"z\\\" \\\\ \\n\\q\" # comment", "x # $y \"z\" \\ \n\\q")]
    [InlineData("A='one\r\ntwo'", "one\ntwo")]
    [InlineData("# A=2\n\nA=1\n", "1")]
    [InlineData("A=1\r\n", "1")]
    public void A_value_is_read(string text, string value) => Assert.Equal([new("A", value)], EnvFile.Parse(text, ".env"));

    [Theory]
    [InlineData("A=1\nhunter2", "line 2 is not of the form NAME=value")]
    [InlineData("=hunter2", "line 1 is not of the form NAME=value")]
    [InlineData("A B=hunter2", "line 1 is not of the form NAME=value")]
    [InlineData("\nA='hunter2", "line 2 has a quote that is not closed")]
    [InlineData("A='1' hunter2", "line 1 goes on behind the closing quote")]
    public void What_is_no_such_line_is_named_and_not_quoted(string text, string expected) =>
        Assert.Equal($".env, {expected}", Assert.Throws<ClickstreamException>(() => EnvFile.Parse(text, ".env")).Message);

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("Host=h;Password=a b")]
    [InlineData("it's \"quoted\" and \\ and $x")]
    [InlineData("-----BEGIN X-----\\nabc\\n-----END X-----\\n")]
    [InlineData("two\nlines")]
    [InlineData("# no comment")]
    public void What_is_written_is_read_again(string value)
    {
        var text = EnvFile.Format([new("A", value), new("B", "2")]);
        Assert.Equal(2, text.Count(static c => c == '\n'));
        Assert.Equal([new("A", value), new("B", "2")], EnvFile.Parse(text, ".env"));
    }
}
