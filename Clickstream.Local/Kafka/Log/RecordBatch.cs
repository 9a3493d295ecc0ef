using System.Buffers.Binary;
using Clickstream.Local.Files;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// The header of a record batch of format 2, the only one that clients of today write. Its layout, big-endian:
/// <code>
///  0 base offset           int64   set by the broker
///  8 batch length          int32   of what follows
/// 12 leader epoch          int32   set by the broker
/// 16 magic                 int8    2
/// 17 CRC-32C               uint32  of everything from 21 on
/// 21 attributes            int16   0-2 compression, 3 timestamp type, 4 transactional, 5 control
/// 23 last offset delta     int32
/// 27 base timestamp        int64
/// 35 max timestamp         int64
/// 43 producer id           int64
/// 51 producer epoch        int16
/// 53 base sequence         int32
/// 57 record count          int32
/// 61 records
/// </code>
/// The broker's own fields lie outside the checksum, so a batch is stored and served as the client made it.
/// </summary>
readonly record struct RecordBatch(
    long BaseOffset, int BatchLength, sbyte Magic, uint Crc, short Attributes, int LastOffsetDelta, long BaseTimestamp, long MaxTimestamp,
    long ProducerId, short ProducerEpoch, int BaseSequence, int RecordCount)
{
    public const int HeaderSize = 61;
    public const sbyte SupportedMagic = 2;
    public const long NoProducerId = -1;

    const int LengthOverhead = 12;
    const int CrcStart = 21;

    /// <summary>The batch's size on disk and on the wire.</summary>
    public long Size => LengthOverhead + (long)BatchLength;

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public int LastSequence => ProducerBatches.Advance(BaseSequence, RecordCount - 1);

    public bool IsIdempotent => ProducerId != NoProducerId;

    public bool IsCompressed => (Attributes & 0x07) != 0;

    public bool IsTransactional => (Attributes & 0x10) != 0;

    public bool IsControl => (Attributes & 0x20) != 0;

    /// <summary>Whether the header is one that this broker could have stored: what a torn or overwritten file shows is not.</summary>
    public bool IsPlausible =>
        Magic == SupportedMagic && Size >= HeaderSize && BaseOffset >= 0 && LastOffsetDelta >= 0 && RecordCount > 0;

    public static RecordBatch ReadHeader(ReadOnlySpan<byte> header) => new(
        BinaryPrimitives.ReadInt64BigEndian(header),
        BinaryPrimitives.ReadInt32BigEndian(header[8..]),
        (sbyte)header[16],
        BinaryPrimitives.ReadUInt32BigEndian(header[17..]),
        BinaryPrimitives.ReadInt16BigEndian(header[21..]),
        BinaryPrimitives.ReadInt32BigEndian(header[23..]),
        BinaryPrimitives.ReadInt64BigEndian(header[27..]),
        BinaryPrimitives.ReadInt64BigEndian(header[35..]),
        BinaryPrimitives.ReadInt64BigEndian(header[43..]),
        BinaryPrimitives.ReadInt16BigEndian(header[51..]),
        BinaryPrimitives.ReadInt32BigEndian(header[53..]),
        BinaryPrimitives.ReadInt32BigEndian(header[57..]));

    /// <summary>Whether the checksum holds over the whole batch, header included.</summary>
    public bool ChecksumHolds(ReadOnlySpan<byte> batch) => Crc32C.Compute(batch[CrcStart..]) == Crc;

    /// <summary>Puts the broker's own fields in: neither is covered by the checksum.</summary>
    public static void Stamp(Span<byte> batch, long baseOffset, int leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[LengthOverhead..], leaderEpoch);
    }
}
