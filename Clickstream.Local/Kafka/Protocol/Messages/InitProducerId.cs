namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>InitProducerId (22). v2: flexible; v3: the producer's present id and epoch; v6: two-phase commit flags.</summary>
sealed record InitProducerIdRequest(string? TransactionalId, long ProducerId, short ProducerEpoch) : IKafkaRequest<InitProducerIdRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.InitProducerId, 0, 5, FlexibleFrom: 2);

    public static InitProducerIdRequest Read(ref KafkaReader reader, short version)
    {
        var transactionalId = reader.ReadNullableString();
        reader.ReadInt32(); // transaction timeout
        var request = version >= 3
            ? new InitProducerIdRequest(transactionalId, reader.ReadInt64(), reader.ReadInt16())
            : new InitProducerIdRequest(transactionalId, -1, -1);
        reader.SkipTags();
        return request;
    }
}

sealed record InitProducerIdResponse(ErrorCode Error, long ProducerId, short ProducerEpoch) : IKafkaResponse
{
    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteInt32(0); // throttle time
        writer.WriteError(Error);
        writer.WriteInt64(ProducerId);
        writer.WriteInt16(ProducerEpoch);
        writer.WriteTags();
    }
}
