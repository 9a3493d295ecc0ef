using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Groups;

/// <summary>
/// The metadata with which consumers join: version int16, then the topics as strings. The coordinator has no need to understand it but
/// for one thing: offsets of a topic that is being read are not to be deleted.
/// </summary>
static class ConsumerSubscription
{
    public static bool MayInclude(byte[] metadata, string topic)
    {
        try
        {
            var reader = new KafkaReader(metadata);
            reader.ReadInt16();
            return reader.ReadArray(static (ref r) => r.ReadString()).Contains(topic);
        }
        catch (MalformedRequestException)
        {
            return true; // not a consumer's: better to keep than to delete
        }
    }
}
