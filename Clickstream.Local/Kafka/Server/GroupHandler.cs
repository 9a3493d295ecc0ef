using Clickstream.Local.Kafka.Groups;
using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Consumer groups: membership is the <see cref="GroupCoordinator"/>'s business, offsets the <see cref="OffsetStore"/>'s.</summary>
sealed class GroupHandler(GroupCoordinator groups, TopicStore topics, BrokerNode broker)
{
    public IKafkaResponse FindCoordinator(FindCoordinatorRequest request, RequestContext context) =>
        new FindCoordinatorResponse(broker, request.Keys.ConvertAll(key => request.KeyType switch
        {
            FindCoordinatorRequest.Group => new FindCoordinatorResponse.Coordinator(key, ErrorCode.None, null),
            FindCoordinatorRequest.Transaction => new(
                key, ErrorCode.TransactionalIdAuthorizationFailed, "this embedded broker has no transactions; use an Apache Kafka for them"),
            _ => new(key, ErrorCode.InvalidRequest, $"this broker coordinates nothing of key type {request.KeyType}"),
        }));

    public async ValueTask<IKafkaResponse?> JoinAsync(JoinGroupRequest request, RequestContext context, CancellationToken cancellationToken) =>
        new JoinGroupResponse(
            await groups.JoinAsync(request, context.Version, context.ClientId, context.ClientHost).WaitAsync(cancellationToken));

    public async ValueTask<IKafkaResponse?> SyncAsync(SyncGroupRequest request, RequestContext context, CancellationToken cancellationToken) =>
        new SyncGroupResponse(await groups.SyncAsync(request).WaitAsync(cancellationToken));

    public IKafkaResponse Heartbeat(HeartbeatRequest request, RequestContext context) => new HeartbeatResponse(groups.Heartbeat(request));

    public IKafkaResponse Leave(LeaveGroupRequest request, RequestContext context) => groups.Leave(request);

    public IKafkaResponse OffsetCommit(OffsetCommitRequest request, RequestContext context)
    {
        var forAll = groups.ValidateCommit(request);
        var accepted = new List<KeyValuePair<OffsetStore.TopicPartition, CommittedOffset>>();
        var response = request.Topics.ConvertAll(t => new OffsetCommitResponse.Topic(t.Name, t.Partitions.ConvertAll(p =>
        {
            var error = forAll != ErrorCode.None ? forAll
                : topics.Find(t.Name)?.Partition(p.Index) is null ? ErrorCode.UnknownTopicOrPartition
                : p.Metadata?.Length > GroupCoordinator.MaxOffsetMetadata ? ErrorCode.OffsetMetadataTooLarge
                : ErrorCode.None;
            if (error == ErrorCode.None) accepted.Add(new(new(t.Name, p.Index), new(p.Offset, p.LeaderEpoch, p.Metadata ?? "")));
            return new OffsetCommitResponse.Partition(p.Index, error);
        })));
        if (groups.TryStore(request.GroupId, accepted)) return new OffsetCommitResponse(response);

        // The disk does not take them. The client finds the coordinator again, and tries again.
        return new OffsetCommitResponse(response.ConvertAll(t => t with
        {
            Partitions = t.Partitions.ConvertAll(p => p.Error == ErrorCode.None ? p with { Error = ErrorCode.CoordinatorNotAvailable } : p),
        }));
    }

    public IKafkaResponse OffsetFetch(OffsetFetchRequest request, RequestContext context) => new OffsetFetchResponse(request.Groups.ConvertAll(g =>
    {
        var committed = groups.Offsets.All(g.Id);
        var wanted = g.Topics
            ?? [.. committed.Keys.GroupBy(p => p.Topic).Select(t => new OffsetFetchRequest.Topic(t.Key, [.. t.Select(p => p.Partition)]))];
        return new OffsetFetchResponse.Group(g.Id, ErrorCode.None, wanted.ConvertAll(t => new OffsetFetchResponse.Topic(
            t.Name,
            t.Partitions.ConvertAll(p => new OffsetFetchResponse.Partition(
                p, committed.TryGetValue(new(t.Name, p), out var offset) ? offset : CommittedOffset.None)))));
    }));

    public IKafkaResponse OffsetDelete(OffsetDeleteRequest request, RequestContext context)
    {
        var committed = groups.Offsets.All(request.GroupId);
        var group = groups.Find(request.GroupId);
        if (group is null && committed.Count == 0) return new OffsetDeleteResponse(ErrorCode.GroupIdNotFound, []);
        var deleted = new List<OffsetStore.TopicPartition>();
        var response = request.Topics.ConvertAll(t =>
        {
            var error = group?.IsSubscribedTo(t.Name) == true ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None;
            var partitions = t.Partitions.Select(p => new OffsetStore.TopicPartition(t.Name, p));
            if (error == ErrorCode.None) deleted.AddRange(partitions.Where(committed.ContainsKey));
            return new OffsetDeleteResponse.Topic(t.Name, t.Partitions.ConvertAll(p => new OffsetDeleteResponse.Partition(p, error)));
        });
        groups.Offsets.Delete(request.GroupId, deleted);
        return new OffsetDeleteResponse(ErrorCode.None, response);
    }

    public IKafkaResponse List(ListGroupsRequest request, RequestContext context) => new ListGroupsResponse(
    [
        .. groups.List()
            .Where(g => request.States.Count == 0 || request.States.Contains(g.State.ToString(), StringComparer.OrdinalIgnoreCase))
            .Where(_ => request.Types.Count == 0 || request.Types.Contains(ListGroupsResponse.ClassicType, StringComparer.OrdinalIgnoreCase)),
    ]);

    public IKafkaResponse Describe(DescribeGroupsRequest request, RequestContext context) => new DescribeGroupsResponse(
        request.GroupIds.ConvertAll(groups.Describe), request.IncludeOperations ? AuthorizedOperations.Group : AuthorizedOperations.Omitted);

    public IKafkaResponse Delete(DeleteGroupsRequest request, RequestContext context) =>
        new DeleteGroupsResponse(request.GroupIds.ConvertAll(id => new DeleteGroupsResponse.Group(id, groups.Delete(id))));
}
