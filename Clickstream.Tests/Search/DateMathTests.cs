using System.Globalization;
using Clickstream.Local.Search.Mappings;

namespace Clickstream.Tests.Search;

public sealed class DateMathTests
{
    static readonly DateTimeOffset s_now = new(2024, 2, 29, 13, 45, 30, 500, TimeSpan.Zero);

    [Theory]
    [InlineData("now", false, "2024-02-29T13:45:30.500Z")]
    [InlineData("now-1d/d", false, "2024-02-28T00:00:00.000Z")]
    [InlineData("now-1d/d", true, "2024-02-28T23:59:59.999Z")]
    [InlineData("now/w", false, "2024-02-26T00:00:00.000Z")]
    [InlineData("now/w", true, "2024-03-03T23:59:59.999Z")]
    [InlineData("now+1y", false, "2025-02-28T13:45:30.500Z")]
    [InlineData("now-15m", false, "2024-02-29T13:30:30.500Z")]
    [InlineData("now/M", true, "2024-02-29T23:59:59.999Z")]
    [InlineData("now-1M/M", false, "2024-01-01T00:00:00.000Z")]
    [InlineData("now/h", false, "2024-02-29T13:00:00.000Z")]
    [InlineData("2024-02||/y", false, "2024-01-01T00:00:00.000Z")]
    [InlineData("2024-01-31||+1M", false, "2024-02-29T00:00:00.000Z")]
    [InlineData("2024", true, "2024-01-01T23:59:59.999Z")]
    [InlineData("2023-02", true, "2023-02-01T23:59:59.999Z")]
    [InlineData("2024-02-29", true, "2024-02-29T23:59:59.999Z")]
    [InlineData("2024-02-29T10", true, "2024-02-29T10:59:59.999Z")]
    [InlineData("2024-02-29T10:30", true, "2024-02-29T10:30:59.999Z")]
    [InlineData("2024-02-29T10:30:15", true, "2024-02-29T10:30:15.999Z")]
    [InlineData("2024-02-29T10:30:15.25+02:00", false, "2024-02-29T08:30:15.250Z")]
    [InlineData("2024-02-29T10:30:15.123456Z", true, "2024-02-29T10:30:15.123Z")]
    [InlineData("1433221332117", false, "2015-06-02T05:02:12.117Z")]
    [InlineData("-1", false, "1969-12-31T23:59:59.999Z")]
    public void Understands(string text, bool roundUp, string expected)
    {
        var millis = DateMath.Evaluate(text, DateFormat.Default, s_now, roundUp);

        Assert.Equal(expected, DateFormat.Default.Format(millis));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2023-02-29")]
    [InlineData("2024-2-9")]
    [InlineData("2024-02-29T24:00")]
    [InlineData("2024-02-29 10:00")]
    [InlineData("now-1x")]
    [InlineData("now-")]
    [InlineData("now*2")]
    [InlineData("now/2d")]
    [InlineData("")]
    public void Refuses(string text) =>
        Assert.Throws<FormatException>(() => DateMath.Evaluate(text, DateFormat.Default, s_now, roundUp: false));

    [Theory]
    [InlineData("yyyy-MM-dd", "2015-06-02")]
    [InlineData("yyyy/MM/dd HH:mm:ss", "2015/06/02 05:02:12")]
    [InlineData("HH:mm", "05:02")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.SSS", "2015-06-02T05:02:12.117")]
    [InlineData("epoch_second", "1433221332")]
    public void Writes_in_the_format_that_is_asked_for(string pattern, string expected) =>
        Assert.Equal(expected, DateFormat.TryCreate(pattern)!.Format(1433221332117));

    [Fact]
    public void Knows_which_formats_it_does_not_know() => Assert.Null(DateFormat.TryCreate("EEE, d MMM yyyy"));

    [Fact]
    public void Every_millisecond_that_is_written_reads_back()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var millis = random.NextInt64(0, 253402300799999);
            Assert.Equal(millis, DateFormat.Default.Parse(DateFormat.Default.Format(millis)).Millis);
            Assert.Equal(millis + 10_000, DateFormat.Default.Parse((millis + 10_000).ToString(CultureInfo.InvariantCulture)).Millis);
        }
    }
}
