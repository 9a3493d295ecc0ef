using System.Text;
using Clickstream.Core.Partitioning;

namespace Clickstream.Tests.Core;

public class Murmur2Tests
{
    // The first six are the vectors of Kafka's own UtilsTest; all were computed with the Java client 4.1.1.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    [InlineData("", 275646681)]
    [InlineData("a", -1563381124)]
    [InlineData("ab", 316155434)]
    [InlineData("é", 186971271)]
    [InlineData("\0\uffff", 1759004653)]
    public void The_hash_is_the_Java_clients(string text, int expected) =>
        Assert.Equal(expected, (int)Murmur2.Hash(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(new byte[] { 0xff }, -311467685)]
    [InlineData(new byte[] { 0xff, 0xff }, -1642832928)]
    [InlineData(new byte[] { 0xff, 0xff, 0xff }, 1548199422)]
    public void Bytes_above_127_are_not_negative(byte[] bytes, int expected) => Assert.Equal(expected, (int)Murmur2.Hash(bytes));

    [Fact]
    public void Every_byte_value_is_hashed_as_in_Java() =>
        Assert.Equal(-1948347274, (int)Murmur2.Hash([.. Enumerable.Range(0, 256).Select(i => (byte)i)]));

    // Utils.toPositive(Utils.murmur2(ascii(id))) % n for n = 1, 2, 3, 6, 12, 50, 1000, with the Java client 4.1.1.
    [Theory]
    [InlineData(0L, 0, 0, 2, 2, 8, 46, 396)]
    [InlineData(1L, 0, 1, 0, 3, 3, 9, 159)]
    [InlineData(2L, 0, 0, 2, 2, 8, 18, 168)]
    [InlineData(9L, 0, 1, 2, 5, 11, 13, 963)]
    [InlineData(10L, 0, 0, 1, 4, 10, 26, 326)]
    [InlineData(21L, 0, 0, 0, 0, 0, 40, 340)]
    [InlineData(99L, 0, 1, 0, 3, 3, 3, 103)]
    [InlineData(257597L, 0, 0, 1, 4, 4, 38, 788)]
    [InlineData(1000L, 0, 0, 1, 4, 10, 46, 646)]
    [InlineData(12345L, 0, 0, 2, 2, 8, 44, 44)]
    [InlineData(123456L, 0, 0, 0, 0, 0, 6, 356)]
    [InlineData(1407579L, 0, 0, 0, 0, 0, 28, 728)]
    [InlineData(1234567L, 0, 0, 0, 0, 6, 22, 222)]
    [InlineData(99999999L, 0, 1, 2, 5, 11, 9, 859)]
    [InlineData(2147483647L, 0, 1, 2, 5, 5, 15, 365)]
    [InlineData(2147483648L, 0, 0, 0, 0, 6, 14, 614)]
    [InlineData(4294967296L, 0, 1, 0, 3, 3, 11, 411)]
    [InlineData(1000000000000L, 0, 0, 1, 4, 10, 16, 466)]
    [InlineData(999999999999999999L, 0, 0, 0, 0, 0, 28, 428)]
    [InlineData(9223372036854775806L, 0, 1, 0, 3, 9, 43, 693)]
    [InlineData(9223372036854775807L, 0, 1, 0, 3, 9, 41, 741)]
    public void A_visitors_home_is_where_the_Java_client_sends_its_key(
        long visitorId, int of1, int of2, int of3, int of6, int of12, int of50, int of1000) =>
        Assert.Equal(
            [of1, of2, of3, of6, of12, of50, of1000],
            ((int[])[1, 2, 3, 6, 12, 50, 1000]).Select(count => Murmur2.HomePartition(visitorId, count)));

    [Fact]
    public void A_hundred_thousand_homes_are_the_Java_clients()
    {
        var chain = 0L;
        for (var i = 0L; i < 100_000; i++)
            chain = (chain * 31) + Murmur2.HomePartition(i * 92233720368547, 6);
        Assert.Equal(6239270324723869536, chain);
    }
}
