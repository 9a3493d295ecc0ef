namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>FindCoordinator (10). v1: key type; v3: flexible; v4: several keys at once; v5, v6: new error codes and key types only.</summary>
sealed record FindCoordinatorRequest(sbyte KeyType, List<string> Keys) : IKafkaRequest<FindCoordinatorRequest>
{
    public const sbyte Group = 0, Transaction = 1;

    public static ApiVersionRange Versions => new(ApiKey.FindCoordinator, 0, 6, FlexibleFrom: 3);

    public static FindCoordinatorRequest Read(ref KafkaReader reader, short version)
    {
        List<string> keys = version < 4 ? [reader.ReadString()] : [];
        var keyType = version >= 1 ? reader.ReadInt8() : Group;
        if (version >= 4) keys = reader.ReadArray(static (ref r) => r.ReadString());
        reader.SkipTags();
        return new(keyType, keys);
    }
}

sealed record FindCoordinatorResponse(BrokerNode Broker, List<FindCoordinatorResponse.Coordinator> Coordinators) : IKafkaResponse
{
    public readonly record struct Coordinator(string Key, ErrorCode Error, string? Message);

    public void Write(KafkaWriter writer, short version)
    {
        if (version >= 1) writer.WriteInt32(0); // throttle time
        if (version >= 4)
        {
            writer.WriteArrayLength(Coordinators.Count);
            foreach (var coordinator in Coordinators)
            {
                writer.WriteString(coordinator.Key);
                WriteNode(writer, coordinator.Error);
                writer.WriteError(coordinator.Error);
                writer.WriteString(coordinator.Message);
                writer.WriteTags();
            }
        }
        else
        {
            writer.WriteError(Coordinators[0].Error);
            if (version >= 1) writer.WriteString(Coordinators[0].Message);
            WriteNode(writer, Coordinators[0].Error);
        }

        writer.WriteTags();
    }

    void WriteNode(KafkaWriter writer, ErrorCode error)
    {
        var found = error == ErrorCode.None;
        writer.WriteInt32(found ? Broker.Id : -1);
        writer.WriteString(found ? Broker.Host : "");
        writer.WriteInt32(found ? Broker.Port : -1);
    }
}
