using Clickstream.Local.Kafka.Groups;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Server;

/// <summary>What the handlers work on, shared by all connections.</summary>
sealed record KafkaServices(
    TopicStore Topics, GroupCoordinator Groups, ProducerIds ProducerIds, BrokerNode Broker, string ClusterId, TimeProvider Time,
    ILogger Logger)
{
    public ApiTable BuildApis()
    {
        var produce = new ProduceHandler(Topics, ProducerIds, Logger);
        var fetch = new FetchHandler(Topics, Time);
        var offsets = new LogOffsetHandler(Topics);
        var cluster = new ClusterHandler(Topics, Broker, ClusterId);
        var topics = new TopicHandler(Topics, Groups.Offsets, Broker, Logger);
        var groups = new GroupHandler(Groups, Topics, Broker);

        var apis = new ApiTable();
        apis.Add<ProduceRequest>(produce.Produce);
        apis.Add<InitProducerIdRequest>(produce.InitProducerId);
        apis.Add<FetchRequest>(fetch.FetchAsync);
        apis.Add<ListOffsetsRequest>(offsets.ListOffsets);
        apis.Add<OffsetForLeaderEpochRequest>(offsets.OffsetForLeaderEpoch);
        apis.Add<DeleteRecordsRequest>(offsets.DeleteRecords);
        apis.Add<MetadataRequest>(cluster.Metadata);
        apis.Add<DescribeClusterRequest>(cluster.DescribeCluster);
        apis.Add<DescribeConfigsRequest>(cluster.DescribeConfigs);
        apis.Add<CreateTopicsRequest>(topics.CreateTopics);
        apis.Add<DeleteTopicsRequest>(topics.DeleteTopics);
        apis.Add<CreatePartitionsRequest>(topics.CreatePartitions);
        apis.Add<IncrementalAlterConfigsRequest>(topics.AlterConfigs);
        apis.Add<FindCoordinatorRequest>(groups.FindCoordinator);
        apis.Add<JoinGroupRequest>(groups.JoinAsync);
        apis.Add<SyncGroupRequest>(groups.SyncAsync);
        apis.Add<HeartbeatRequest>(groups.Heartbeat);
        apis.Add<LeaveGroupRequest>(groups.Leave);
        apis.Add<OffsetCommitRequest>(groups.OffsetCommit);
        apis.Add<OffsetFetchRequest>(groups.OffsetFetch);
        apis.Add<OffsetDeleteRequest>(groups.OffsetDelete);
        apis.Add<ListGroupsRequest>(groups.List);
        apis.Add<DescribeGroupsRequest>(groups.Describe);
        apis.Add<DeleteGroupsRequest>(groups.Delete);
        return apis;
    }
}
