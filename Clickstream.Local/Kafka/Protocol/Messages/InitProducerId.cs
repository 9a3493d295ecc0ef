namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>InitProducerId (22). v2: flexible; v3: the producer's present id and epoch; v6: two-phase commit flags.</summary>
sealed record InitProducerIdRequest(string? TransactionalId) : IKafkaRequest<InitProducerIdRequest>
{
    public static ApiVersionRange Versions => new(ApiKey.InitProducerId, 0, 5, FlexibleFrom: 2);

    public static InitProducerIdRequest Read(ref KafkaReader reader, short version)
    {
        var request = new InitProducerIdRequest(reader.ReadNullableString());
        reader.ReadInt32(); // transaction timeout
        if (version >= 3)
        {
            reader.ReadInt64(); // the present id and
            reader.ReadInt16(); // epoch, which count with transactions only
        }

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
