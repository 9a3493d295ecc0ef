using System.Globalization;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Describes the cluster, which is one broker, and what is on it. Asking for a topic never makes it.</summary>
sealed class ClusterHandler(TopicStore topics, BrokerNode broker, string clusterId)
{
    public IKafkaResponse Metadata(MetadataRequest request, RequestContext context)
    {
        var operations = request.IncludeTopicOperations ? AuthorizedOperations.Topic : AuthorizedOperations.Omitted;
        var described = request.Topics is null
            ? topics.All.Select(t => Describe(t, operations))
            : request.Topics.Select(t => Describe(t, operations));
        return new MetadataResponse(
            broker, clusterId, request.IncludeClusterOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.Omitted, [.. described]);
    }

    public IKafkaResponse DescribeCluster(DescribeClusterRequest request, RequestContext context) => new DescribeClusterResponse(
        request.EndpointType == DescribeClusterRequest.Brokers ? ErrorCode.None : ErrorCode.InvalidRequest,
        request.EndpointType == DescribeClusterRequest.Brokers ? null : "this broker has no controller endpoint",
        request.EndpointType,
        broker,
        clusterId,
        request.IncludeOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.Omitted);

    public IKafkaResponse DescribeConfigs(DescribeConfigsRequest request, RequestContext context) =>
        new DescribeConfigsResponse(request.Resources.ConvertAll(Describe), request.IncludeDocumentation);

    DescribeConfigsResponse.Resource Describe(DescribeConfigsRequest.Resource resource)
    {
        IEnumerable<ConfigEntry>? configs = null;
        var error = ErrorCode.InvalidRequest;
        var message = $"Unsupported resource type {resource.Type}";
        switch (resource.Type)
        {
            case DescribeConfigsRequest.TopicResource:
                (configs, error, message) = topics.Find(resource.Name) is { } topic
                    ? (TopicConfig.Describe(topic.Configs), ErrorCode.None, null)
                    : ((IEnumerable<ConfigEntry>?)null, ErrorCode.UnknownTopicOrPartition, $"Topic {resource.Name} does not exist.");
                break;
            case DescribeConfigsRequest.BrokerResource:
                (configs, error, message) = resource.Name.Length == 0 || resource.Name == broker.Id.ToString(CultureInfo.InvariantCulture)
                    ? (BrokerConfigs(), ErrorCode.None, null)
                    : ((IEnumerable<ConfigEntry>?)null, ErrorCode.InvalidRequest, $"Unexpected broker id {resource.Name}, expected {broker.Id}");
                break;
        }

        return new(
            resource.Type, resource.Name, error, message, [.. (configs ?? []).Where(c => resource.Keys?.Contains(c.Name) ?? true)]);
    }

    IEnumerable<ConfigEntry> BrokerConfigs() =>
    [
        BrokerConfig("auto.create.topics.enable", "false", "Topics are made on request only."),
        BrokerConfig("broker.id", broker.Id.ToString(CultureInfo.InvariantCulture), "The only broker."),
        BrokerConfig("default.replication.factor", "1", "There is one broker."),
        BrokerConfig("num.partitions", TopicHandler.DefaultPartitions.ToString(CultureInfo.InvariantCulture), "For topics made without a count."),
    ];

    static ConfigEntry BrokerConfig(string name, string value, string documentation) =>
        new(name, value, ConfigSource.StaticBroker, ConfigType.String, documentation, ReadOnly: true);

    static MetadataResponse.Topic Describe(Topic topic, int operations) =>
        new(ErrorCode.None, topic.Name, topic.Id, topic.Partitions.Count, operations);

    MetadataResponse.Topic Describe(in MetadataRequest.Topic requested, int operations)
    {
        if (requested.Name is { } name)
        {
            if (topics.Find(name) is { } topic) return Describe(topic, operations);
            var error = TopicName.Check(name) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidTopic;
            return new(error, name, Guid.Empty, 0, AuthorizedOperations.Omitted);
        }

        return topics.Find(requested.Id) is { } found
            ? Describe(found, operations)
            : new(ErrorCode.UnknownTopicId, null, requested.Id, 0, AuthorizedOperations.Omitted);
    }
}
