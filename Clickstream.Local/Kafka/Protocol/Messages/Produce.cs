using Clickstream.Local.Kafka.Log;

namespace Clickstream.Local.Kafka.Protocol.Messages;

/// <summary>Produce (0). v3: record batches of format 2, transactional id; v9: flexible; v13: topics by id.</summary>
sealed record ProduceRequest(string? TransactionalId, short Acks, int TimeoutMs, List<ProduceRequest.Topic> Topics)
    : IKafkaRequest<ProduceRequest>
{
    public readonly record struct Topic(string? Name, Guid Id, List<Partition> Partitions);

    public readonly record struct Partition(int Index, Memory<byte>? Records);

    public static ApiVersionRange Versions => new(ApiKey.Produce, 3, 13, FlexibleFrom: 9);

    public static ProduceRequest Read(ref KafkaReader reader, short version)
    {
        KafkaReader.ElementReader<Topic> element = version >= 13
            ? static (ref r) => ReadTopic(ref r, null, r.ReadUuid())
            : static (ref r) => ReadTopic(ref r, r.ReadString(), Guid.Empty);
        var request = new ProduceRequest(reader.ReadNullableString(), reader.ReadInt16(), reader.ReadInt32(), reader.ReadArray(element));
        reader.SkipTags();
        return request;
    }

    static Topic ReadTopic(ref KafkaReader reader, string? name, Guid id)
    {
        var topic = new Topic(name, id, reader.ReadArray(static (ref r) =>
        {
            var partition = new Partition(r.ReadInt32(), r.ReadNullableBytes());
            r.SkipTags();
            return partition;
        }));
        reader.SkipTags();
        return topic;
    }
}

/// <summary>v5: log start offset; v8: error messages; v10: current leader, tagged, which is never sent as it never changes.</summary>
sealed record ProduceResponse(List<ProduceResponse.Topic> Topics) : IKafkaResponse
{
    public readonly record struct Topic(string? Name, Guid Id, List<Partition> Partitions);

    public readonly record struct Partition(int Index, AppendResult Result);

    public void Write(KafkaWriter writer, short version)
    {
        writer.WriteArrayLength(Topics.Count);
        foreach (var topic in Topics)
        {
            if (version >= 13) writer.WriteUuid(topic.Id);
            else writer.WriteString(topic.Name);
            writer.WriteArrayLength(topic.Partitions.Count);
            foreach (var (index, result) in topic.Partitions)
            {
                writer.WriteInt32(index);
                writer.WriteError(result.Error);
                writer.WriteInt64(result.BaseOffset);
                writer.WriteInt64(-1); // log append time: the time is the client's
                if (version >= 5) writer.WriteInt64(result.LogStartOffset);
                if (version >= 8)
                {
                    writer.WriteArrayLength(0); // errors of single records
                    writer.WriteString(result.Message);
                }

                writer.WriteTags();
            }

            writer.WriteTags();
        }

        writer.WriteInt32(0); // throttle time
        writer.WriteTags();
    }
}
