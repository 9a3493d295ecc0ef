using Clickstream.Local.Kafka.Groups;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Makes topics, makes them larger, deletes them.</summary>
sealed class TopicHandler(TopicStore topics, OffsetStore offsets, BrokerNode broker, ILogger logger)
{
    public const int DefaultPartitions = 1;

    // Each partition costs a file handle and memory. Far beyond what one machine's pipeline can use, it is a mistake.
    const int MaxPartitions = 10_000;

    public IKafkaResponse CreateTopics(CreateTopicsRequest request, RequestContext context)
    {
        var twice = request.Topics.CountBy(static t => t.Name).Where(static n => n.Value > 1).Select(static n => n.Key).ToHashSet();
        return new CreateTopicsResponse(request.Topics.ConvertAll(t => twice.Contains(t.Name)
            ? new CreateTopicsResponse.Topic(t.Name, ErrorCode.InvalidRequest, "Duplicate topic name.")
            : Guarded(t.Name, () => Create(t, request.ValidateOnly), (error, message) => new(t.Name, error, message))));
    }

    public IKafkaResponse DeleteTopics(DeleteTopicsRequest request, RequestContext context) =>
        new DeleteTopicsResponse(request.Topics.ConvertAll(t =>
        {
            var topic = t.Name is { } name ? topics.Find(name) : topics.Find(t.Id);
            if (topic is null || !topics.Delete(topic))
            {
                return t.Name is null
                    ? new DeleteTopicsResponse.Topic(null, t.Id, ErrorCode.UnknownTopicId, "This server does not host this topic ID.")
                    : new(t.Name, Guid.Empty, ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
            }

            offsets.DeleteTopic(topic.Name);
            return new(topic.Name, topic.Id, ErrorCode.None, null);
        }));

    public IKafkaResponse CreatePartitions(CreatePartitionsRequest request, RequestContext context) =>
        new CreatePartitionsResponse(request.Topics.ConvertAll(t =>
        {
            var (error, message) = Guarded(t.Name, () => AddPartitions(t, request.ValidateOnly), static (e, m) => (e, m));
            return new CreatePartitionsResponse.Topic(t.Name, error, message);
        }));

    public IKafkaResponse AlterConfigs(IncrementalAlterConfigsRequest request, RequestContext context) =>
        new IncrementalAlterConfigsResponse(request.Resources.ConvertAll(r =>
        {
            var (error, message) = Guarded(r.Name, () => Alter(r, request.ValidateOnly), static (e, m) => (e, m));
            return new IncrementalAlterConfigsResponse.Resource(r.Type, r.Name, error, message);
        }));

    // A disk that takes nothing more is no reason to end the conversation.
    T Guarded<T>(string topic, Func<T> change, Func<ErrorCode, string, T> failed)
    {
        try
        {
            return change();
        }
        catch (IOException e)
        {
            KafkaLog.NotStored(logger, $"topic {topic}", e.Message);
            return failed(ErrorCode.KafkaStorageError, e.Message);
        }
    }

    (ErrorCode Error, string? Message) Alter(IncrementalAlterConfigsRequest.Resource request, bool validateOnly)
    {
        if (request.Type != DescribeConfigsRequest.TopicResource)
            return (ErrorCode.InvalidRequest, "Only the configs of topics can be altered here.");
        if (topics.Find(request.Name) is not { } topic) return (ErrorCode.UnknownTopicOrPartition, $"Topic {request.Name} does not exist.");
        var configs = new Dictionary<string, string>(topic.Configs, StringComparer.Ordinal);
        foreach (var (name, operation, value) in request.Configs)
        {
            if (!TopicConfig.IsKnown(name)) return (ErrorCode.InvalidConfig, $"Unknown topic config name: {name}");
            switch (operation)
            {
                case IncrementalAlterConfigsRequest.Operation.Set when value is not null:
                    configs[name] = value;
                    break;
                case IncrementalAlterConfigsRequest.Operation.Delete:
                    configs.Remove(name);
                    break;
                default:
                    return (ErrorCode.InvalidConfig, $"Config {name} can be set to a value or deleted, nothing else.");
            }
        }

        if (TopicConfig.Check(configs.Select(static c => KeyValuePair.Create(c.Key, (string?)c.Value))) is { } wrong)
            return (ErrorCode.InvalidConfig, wrong);
        if (!validateOnly) topics.Alter(topic, configs);
        return (ErrorCode.None, null);
    }

    CreateTopicsResponse.Topic Create(CreateTopicsRequest.Topic request, bool validateOnly)
    {
        if (Refuse(request) is var (error, message)) return new(request.Name, error, message);
        var partitions = request.Assignments.Count > 0 ? request.Assignments.Count
            : request.PartitionCount == -1 ? DefaultPartitions
            : request.PartitionCount;
        var configs = request.Configs.ToDictionary(static c => c.Key, static c => c.Value!, StringComparer.Ordinal);
        var described = TopicConfig.Describe(configs).ToList();
        if (validateOnly) return new(request.Name, ErrorCode.None, null, Guid.Empty, partitions, described);
        return topics.Create(request.Name, partitions, configs) is { } topic
            ? new(request.Name, ErrorCode.None, null, topic.Id, partitions, described)
            : new(request.Name, ErrorCode.TopicAlreadyExists, $"Topic '{request.Name}' already exists.");
    }

    (ErrorCode Error, string Message)? Refuse(CreateTopicsRequest.Topic request)
    {
        if (TopicName.Check(request.Name) is { } illegal) return (ErrorCode.InvalidTopic, illegal);
        if (topics.Find(request.Name) is not null) return (ErrorCode.TopicAlreadyExists, $"Topic '{request.Name}' already exists.");
        if (request.Assignments.Count > 0)
        {
            if (request.PartitionCount != -1 || request.ReplicationFactor != -1)
                return (ErrorCode.InvalidRequest, "A manual partition assignment was given: partition count and replication factor must be -1.");
            if (!request.Assignments.Select(static a => a.PartitionIndex).Order().SequenceEqual(Enumerable.Range(0, request.Assignments.Count))
                || !request.Assignments.TrueForAll(a => a.BrokerIds is [var id] && id == broker.Id))
                return (ErrorCode.InvalidReplicaAssignment, $"Partitions must be numbered from 0 on, each on broker {broker.Id} alone.");
        }
        else
        {
            if (request.PartitionCount is 0 or < -1)
                return (ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
            if (request.PartitionCount > MaxPartitions)
                return (ErrorCode.InvalidPartitions, $"{request.PartitionCount} partitions are more than this broker takes: {MaxPartitions}.");
            if (request.ReplicationFactor is 0 or < -1)
                return (ErrorCode.InvalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.");
            if (request.ReplicationFactor > 1)
            {
                return (ErrorCode.InvalidReplicationFactor,
                    $"Unable to replicate the partition {request.ReplicationFactor} time(s): only 1 broker is registered.");
            }
        }

        return TopicConfig.Check(request.Configs) is { } wrong ? (ErrorCode.InvalidConfig, wrong) : null;
    }

    (ErrorCode Error, string? Message) AddPartitions(CreatePartitionsRequest.Topic request, bool validateOnly)
    {
        if (topics.Find(request.Name) is not { } topic)
            return (ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
        var present = topic.Partitions.Count;
        if (request.Count <= present)
            return (ErrorCode.InvalidPartitions, $"Topic {request.Name} has {present} partitions; {request.Count} is not more than that.");
        if (request.Count > MaxPartitions)
            return (ErrorCode.InvalidPartitions, $"{request.Count} partitions are more than this broker takes: {MaxPartitions}.");
        if (request.Assignments is { } assignments
            && (assignments.Count != request.Count - present || !assignments.TrueForAll(a => a is [var id] && id == broker.Id)))
            return (ErrorCode.InvalidReplicaAssignment, $"Each of the new partitions must be on broker {broker.Id} alone.");
        if (!validateOnly) topics.AddPartitions(topic, request.Count);
        return (ErrorCode.None, null);
    }
}
