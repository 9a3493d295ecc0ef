using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Answers where logs begin and end, and moves their beginning.</summary>
sealed class LogOffsetHandler(TopicStore topics)
{
    public IKafkaResponse ListOffsets(ListOffsetsRequest request, RequestContext context) =>
        new ListOffsetsResponse(request.Topics.ConvertAll(t => new ListOffsetsResponse.Topic(t.Name, t.Partitions.ConvertAll(p =>
        {
            if (topics.Find(t.Name)?.Partition(p.Index) is not { } log)
                return new ListOffsetsResponse.Partition(p.Index, ErrorCode.UnknownTopicOrPartition, -1, -1);
            var found = p.Timestamp switch
            {
                ListOffsetsRequest.Latest => new(log.NextOffset, -1),
                ListOffsetsRequest.Earliest or ListOffsetsRequest.EarliestLocal => new(log.LogStartOffset, -1),
                ListOffsetsRequest.MaxTimestamp => log.FindMaxTimestamp(),
                ListOffsetsRequest.LatestTiered or ListOffsetsRequest.EarliestPendingUpload => OffsetAndTimestamp.None,
                _ => log.FindByTimestamp(p.Timestamp),
            };
            return new(p.Index, ErrorCode.None, found.Timestamp, found.Offset);
        }))));

    public IKafkaResponse OffsetForLeaderEpoch(OffsetForLeaderEpochRequest request, RequestContext context) =>
        new OffsetForLeaderEpochResponse(request.Topics.ConvertAll(t => new OffsetForLeaderEpochResponse.Topic(t.Name, t.Partitions.ConvertAll(p =>
        {
            if (topics.Find(t.Name)?.Partition(p.Index) is not { } log)
                return new OffsetForLeaderEpochResponse.Partition(p.Index, ErrorCode.UnknownTopicOrPartition, -1, -1);
            return p.LeaderEpoch == BrokerNode.LeaderEpoch
                ? new(p.Index, ErrorCode.None, BrokerNode.LeaderEpoch, log.NextOffset)
                : new(p.Index, ErrorCode.None, -1, -1);
        }))));

    public IKafkaResponse DeleteRecords(DeleteRecordsRequest request, RequestContext context) =>
        new DeleteRecordsResponse(request.Topics.ConvertAll(t => new DeleteRecordsResponse.Topic(t.Name, t.Partitions.ConvertAll(p =>
        {
            var result = topics.Find(t.Name)?.Partition(p.Index)?.DeleteRecordsBefore(p.Offset) ?? new(ErrorCode.UnknownTopicOrPartition);
            return new DeleteRecordsResponse.Partition(p.Index, result.BaseOffset, result.Error);
        }))));
}
