using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Takes records, and gives out the ids that make producing idempotent.</summary>
sealed class ProduceHandler(TopicStore topics, ProducerIds producerIds, ILogger logger)
{
    public IKafkaResponse? Produce(ProduceRequest request, RequestContext context)
    {
        var failed = false;
        var response = new ProduceResponse(request.Topics.ConvertAll(t =>
        {
            var topic = t.Name is { } name ? topics.Find(name) : topics.Find(t.Id);
            return new ProduceResponse.Topic(t.Name, t.Id, t.Partitions.ConvertAll(p =>
            {
                var result = Append(request, topic, t.Name is null, p);
                failed |= result.Error != ErrorCode.None;
                return new ProduceResponse.Partition(p.Index, result);
            }));
        }));
        if (request.Acks != 0) return response;

        // A producer that waits for no answer can only be told of trouble by a closed connection.
        return failed ? throw new MalformedRequestException("a batch sent with acks=0 was refused") : null;
    }

    public IKafkaResponse InitProducerId(InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId is not null) return new InitProducerIdResponse(ErrorCode.TransactionalIdAuthorizationFailed, -1, -1);
        try
        {
            // Also for a producer that has an id already and must start its sequences anew.
            return new InitProducerIdResponse(ErrorCode.None, producerIds.Next(), 0);
        }
        catch (IOException e)
        {
            KafkaLog.NotStored(logger, "producer ids", e.Message);
            return new InitProducerIdResponse(ErrorCode.CoordinatorNotAvailable, -1, -1);
        }
    }

    static AppendResult Append(ProduceRequest request, Topic? topic, bool byId, in ProduceRequest.Partition partition)
    {
        if (request.TransactionalId is not null) return new(ErrorCode.TransactionalIdAuthorizationFailed);
        if (request.Acks is < -1 or > 1) return new(ErrorCode.InvalidRequiredAcks);
        if (topic is null) return new(byId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition);
        if (topic.Partition(partition.Index) is not { } log) return new(ErrorCode.UnknownTopicOrPartition);
        return partition.Records is { } records ? log.Append(records) : new(ErrorCode.InvalidRecord, Message: "no records");
    }
}
