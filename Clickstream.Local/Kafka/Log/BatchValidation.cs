using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Log;

/// <summary>What a produced batch must be before it is looked at any further.</summary>
static class BatchValidation
{
    /// <summary>Error <see cref="ErrorCode.None"/> and the header, or the reason why the batch is refused.</summary>
    public static AppendResult Check(ReadOnlySpan<byte> batch, out RecordBatch header)
    {
        header = default;
        if (batch.Length < RecordBatch.HeaderSize) return new(ErrorCode.CorruptMessage, Message: "the batch is shorter than its header");
        header = RecordBatch.ReadHeader(batch);
        if (header.Magic != RecordBatch.SupportedMagic)
            return new(ErrorCode.InvalidRecord, Message: $"message format {header.Magic} is not taken; only 2 is");
        if (header.Size < RecordBatch.HeaderSize || header.Size > batch.Length)
            return new(ErrorCode.CorruptMessage, Message: "the batch's length does not fit the request");
        if (header.Size < batch.Length)
            return new(ErrorCode.InvalidRecord, Message: "a partition takes exactly one batch a request");
        if (!header.ChecksumHolds(batch)) return new(ErrorCode.CorruptMessage, Message: "the batch's checksum does not hold");
        if (header.RecordCount <= 0 || header.LastOffsetDelta != header.RecordCount - 1)
            return new(ErrorCode.InvalidRecord, Message: "the batch's record count and last offset do not fit together");
        if (header.IsControl) return new(ErrorCode.InvalidRecord, Message: "control batches are not taken from clients");
        if (header.IsTransactional)
            return new(ErrorCode.InvalidRecord, Message: "this embedded broker has no transactions; use an Apache Kafka for them");
        if (header.IsIdempotent && (header.BaseSequence < 0 || header.ProducerEpoch < 0))
            return new(ErrorCode.InvalidRecord, Message: "an idempotent batch must have a sequence number and an epoch");
        return default;
    }
}
