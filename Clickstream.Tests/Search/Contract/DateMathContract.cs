using System.Globalization;

namespace Clickstream.Tests.Search.Contract;

/// <summary>Dates in queries: parts that are missing, arithmetic and rounding, each in the direction of its bound.</summary>
public abstract class DateMathContract(ISearchServer server) : ShopContract(server)
{
    // Of a month without a day only the first day is meant, even at an upper bound: so it is in the original.
    [Theory]
    [InlineData("gte", "2015-06-03", "3 4 5")]
    [InlineData("gt", "2015-06-01", "3 4 5 6 9")]
    [InlineData("gt", "2015-06-01T10:00", "2 3 4 5 6 9")]
    [InlineData("lt", "2015-06-03", "1 2 6 7 9")]
    [InlineData("lte", "2015-06-03", "1 2 3 6 7 9")]
    [InlineData("lte", "2015-06", "1 2 7")]
    [InlineData("lt", "2015-06", "7")]
    [InlineData("gt", "2015-06", "3 4 5 6 9")]
    [InlineData("gte", "2015", "1 2 3 4 5 6 9")]
    [InlineData("lte", "1970", "7")]
    [InlineData("gte", "2015-06-30T23:59:59.999Z", "4 5")]
    [InlineData("gt", "2015-06-30T23:59:59.999Z", "5")]
    [InlineData("gte", "2015-06-03T02:00:00+02:00", "3 4 5")]
    [InlineData("gte", "1433221332117", "3 4 5 6 9")]
    [InlineData("gt", "1433221332117", "3 4 5 9")]
    public Task Missing_parts_are_filled_in_the_direction_of_the_bound(string bound, string date, string ids) =>
        Finds($$$$"""{"range":{"d":{"{{{{bound}}}}":"{{{{date}}}}"}}}""", ids);

    [Theory]
    [InlineData("gte", "2015-06-01||+2d", "3 4 5")]
    [InlineData("gte", "2015-07-31||-1M", "4 5")]
    [InlineData("gte", "2015-06-30T12:00:00||/d", "4 5")]
    [InlineData("gt", "2015-06-30T12:00:00||/d", "5")]
    [InlineData("lte", "2015-06-15||/M", "1 2 3 4 6 7 9")]
    [InlineData("lt", "2015-06-15||/M", "7")]
    [InlineData("gte", "2015-06-04||/w", "1 2 3 4 5 6 9")]
    [InlineData("lt", "2015-06-04||/w", "7")]
    [InlineData("gte", "2015-06-30||+1d-1h/h", "4 5")]
    [InlineData("gte", "2014-06-30||+1y+1d", "5")]
    [InlineData("gte", "2015-06-01T11:29:59||+1s", "2 3 4 5 6 9")]
    [InlineData("gte", "2015-06-01T11:29||+1m", "2 3 4 5 6 9")]
    [InlineData("gte", "2015-06-01T11:30||+1H-60m", "2 3 4 5 6 9")]
    public Task Arithmetic_goes_from_left_to_right(string bound, string date, string ids) =>
        Finds($$$$"""{"range":{"d":{"{{{{bound}}}}":"{{{{date}}}}"}}}""", ids);

    [Fact]
    public async Task A_format_and_a_time_zone_can_be_said()
    {
        await Finds("""{"range":{"d":{"gte":"01.07.2015","format":"dd.MM.yyyy"}}}""", "5");
        await Finds("""{"range":{"d":{"gte":"1435708800000","format":"epoch_millis"}}}""", "5");
        await Finds("""{"range":{"d":{"gte":"2015-06-03","lt":"2015-06-04","time_zone":"UTC"}}}""", "3");
        await Finds("""{"range":{"d":{"gte":"2015-06-03","lt":"2015-06-04","time_zone":"+02:00"}}}""", "3 9");
    }

    [Theory]
    [InlineData("now+1x")]
    [InlineData("now/")]
    [InlineData("2015-06-01||+")]
    [InlineData("2015-06-01||1d")]
    [InlineData("2015-02-30")]
    [InlineData("2015-6-1")]
    public async Task A_date_that_cannot_be_is_refused(string date) =>
        (await Ask($$$$$"""{"query":{"range":{"d":{"gte":"{{{{{date}}}}}"}}}}""")).IsError(400, "parse_exception");

    [Fact]
    public async Task Now_is_the_server_s_time()
    {
        await CreateIndex("""{"d":{"type":"date"}}""");
        var now = DateTimeOffset.UtcNow;
        string Document(TimeSpan ago) => $$"""{"d":{{(now - ago).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}}}""";
        await IndexDocuments(
            Document(TimeSpan.FromMinutes(5)), Document(TimeSpan.FromHours(30)), Document(TimeSpan.FromDays(40)), Document(TimeSpan.FromDays(-2)));
        async Task Found(string bounds, string ids) =>
            Assert.Equal(ids, (await Search($$$"""{"query":{"range":{"d":{{{bounds}}}}},"sort":"d"}""")).Is(200).HitIds);
        await Found("""{"gte":"now-1h","lte":"now"}""", "1");
        await Found("""{"gte":"now-2d"}""", "2 1 4");
        await Found("""{"lt":"now-1w"}""", "3");
        await Found("""{"gt":"now+1d/d"}""", "4");
        await Found("""{"gte":"now-3d/d","lt":"now+3d/d"}""", "2 1 4");
        await Found("""{"gte":"now-1y","lt":"now-1M"}""", "3");
    }
}
