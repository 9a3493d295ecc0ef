using System.Text;
using Clickstream.Local.Files;
using Clickstream.Local.Kafka.Log;

namespace Clickstream.Tests.Local.Kafka;

public class RecordBatchTests
{
    // Made by the Java client 4.1.1: base offset 42, producer 7, epoch 3, sequence 11, three records.
    public const string FromJava =
        "000000000000002a000000680000000002fd4af07f0000000000020000014db2a5fc950000014db2a5fce8000000000000000700030000000b" +
        "00000003260000000c3235373539370e7b2261223a317d002800a601020c3235373539380e7b2261223a327d001a004204010e7b2261223a337d00";

    // The same records, compressed with gzip.
    public const string FromJavaWithGzip =
        "000000000000002a0000006f0000000002255db15d0001000000020000014db2a5fc950000014db2a5fce8000000000000000700030000000b" +
        "000000031f8b08000000000000ff53636060e031323537b534e7ab564a54b232ac65d06058c6c80411b480081ad532483138b1304278c6b50c00" +
        "7c1e00c237000000";

    static readonly TestBatch.Record[] s_records =
    [
        new(1433221332117, "257597"u8.ToArray(), "{\"a\":1}"u8.ToArray()),
        new(1433221332200, "257598"u8.ToArray(), "{\"a\":2}"u8.ToArray()),
        new(1433221332150, null, "{\"a\":3}"u8.ToArray()),
    ];

    [Theory]
    [InlineData("", 0x00000000)]
    [InlineData("123456789", 0xE3069283)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404)]
    public void Checksum_is_the_published_one(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Checksum_of_32_zeros_and_32_ones_is_the_published_one()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xff, 32).ToArray()));
    }

    [Fact]
    public void Header_of_a_batch_of_the_Java_client_is_understood()
    {
        var batch = Convert.FromHexString(FromJava);
        var header = RecordBatch.ReadHeader(batch);
        Assert.Equal(batch.Length, header.Size);
        Assert.Equal((42L, 44L), (header.BaseOffset, header.LastOffset));
        Assert.Equal((7L, (short)3, 11, 13), (header.ProducerId, header.ProducerEpoch, header.BaseSequence, header.LastSequence));
        Assert.Equal((1433221332117, 1433221332200), (header.BaseTimestamp, header.MaxTimestamp));
        Assert.True(header.IsPlausible && header.IsIdempotent && !header.IsCompressed && !header.IsTransactional && !header.IsControl);
        Assert.True(header.ChecksumHolds(batch));
    }

    [Fact]
    public void Batches_of_these_tests_are_those_of_the_Java_client() =>
        Assert.Equal(FromJava, Convert.ToHexStringLower(TestBatch.Create(s_records, 7, 3, 11, baseOffset: 42)));

    [Theory]
    [InlineData(FromJava)]
    [InlineData(FromJavaWithGzip)]
    public void A_record_is_found_by_its_timestamp_inside_a_batch(string hex)
    {
        var batch = Convert.FromHexString(hex);
        var found = RecordTimestamps.Find(batch, fromOffset: 0, 1433221332118);
        Assert.Equal(new OffsetAndTimestamp(43, 1433221332200), found);
    }

    [Fact]
    public void Sequence_numbers_begin_again_after_the_greatest_integer()
    {
        Assert.Equal(0, ProducerBatches.Advance(int.MaxValue, 1));
        Assert.Equal(4, ProducerBatches.Advance(int.MaxValue - 5, 10));
        Assert.Equal(0, ProducerBatches.Advance(-1, 1));
    }
}
