using System.Collections.Concurrent;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Groups;

/// <summary>
/// All groups and their offsets. Offsets are on disk; members are not: after a restart of the broker they are unknown and join again,
/// which costs them a rebalance and nothing else.
/// </summary>
sealed class GroupCoordinator(OffsetStore offsets, GroupSettings settings, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Characters of metadata that a client may keep beside an offset (Kafka's offset.metadata.max.bytes).</summary>
    public const int MaxOffsetMetadata = 4096;

    readonly ConcurrentDictionary<string, Group> _groups = new(StringComparer.Ordinal);

    public OffsetStore Offsets { get; } = offsets;

    public Task<JoinResult> JoinAsync(JoinGroupRequest request, short version, string clientId, string clientHost)
    {
        var error = request.GroupId.Length == 0 ? ErrorCode.InvalidGroupId
            : !settings.Allows(request.SessionTimeoutMs) ? ErrorCode.InvalidSessionTimeout
            : ErrorCode.None;
        if (error != ErrorCode.None) return Task.FromResult(new JoinResult(error, request.MemberId));

        var group = Find(request.GroupId);
        if (group is null)
        {
            if (request.MemberId.Length > 0) return Task.FromResult(new JoinResult(ErrorCode.UnknownMemberId, request.MemberId));
            group = GetOrAdd(request.GroupId);
        }

        return group.JoinAsync(request, version, clientId, clientHost);
    }

    public Task<SyncResult> SyncAsync(SyncGroupRequest request) =>
        Find(request.GroupId)?.SyncAsync(request) ?? Task.FromResult(SyncResult.Failed(ErrorCode.UnknownMemberId));

    public ErrorCode Heartbeat(HeartbeatRequest request) => Find(request.GroupId)?.Heartbeat(request) ?? ErrorCode.UnknownMemberId;

    public LeaveGroupResponse Leave(LeaveGroupRequest request)
    {
        var group = Find(request.GroupId);
        return new(ErrorCode.None, request.Members.ConvertAll(m => new LeaveGroupResponse.Member(
            m.MemberId, m.GroupInstanceId, group?.Leave(m) ?? ErrorCode.UnknownMemberId)));
    }

    /// <summary>Whether the commit may be made; a group that only ever commits comes into being by it.</summary>
    public ErrorCode ValidateCommit(OffsetCommitRequest request)
    {
        if (request.GroupId.Length == 0) return ErrorCode.InvalidGroupId;
        if (Find(request.GroupId) is { } group) return group.ValidateCommit(request);
        if (request.GenerationId >= 0) return ErrorCode.IllegalGeneration;
        GetOrAdd(request.GroupId);
        return ErrorCode.None;
    }

    /// <summary>Stores offsets that were found valid; false if the disk does not take them.</summary>
    public bool TryStore(string groupId, List<KeyValuePair<OffsetStore.TopicPartition, CommittedOffset>> committed)
    {
        try
        {
            Offsets.Commit(groupId, committed);
            return true;
        }
        catch (IOException e)
        {
            KafkaLog.NotStored(logger, $"offsets of group {groupId}", e.Message);
            return false;
        }
    }

    /// <summary>Every group with members or offsets.</summary>
    public IEnumerable<ListGroupsResponse.Group> List() => _groups.Keys.Union(Offsets.GroupIds).Order(StringComparer.Ordinal).Select(id =>
        Find(id) is { } group
            ? new ListGroupsResponse.Group(id, group.ProtocolType, group.State)
            : new ListGroupsResponse.Group(id, "", GroupState.Empty));

    public GroupDescription Describe(string groupId) =>
        Find(groupId)?.Describe()
        ?? new(groupId, Offsets.All(groupId).Count > 0 ? GroupState.Empty : GroupState.Dead, "", "", []);

    public ErrorCode Delete(string groupId)
    {
        if (Find(groupId) is { } group)
        {
            if (!group.TryDelete()) return ErrorCode.NonEmptyGroup;
            _groups.TryRemove(groupId, out _);
            Offsets.DeleteGroup(groupId);
            return ErrorCode.None;
        }

        return Offsets.DeleteGroup(groupId) ? ErrorCode.None : ErrorCode.GroupIdNotFound;
    }

    public Group? Find(string groupId) => _groups.GetValueOrDefault(groupId);

    public void Dispose()
    {
        foreach (var group in _groups.Values) group.Close();
        Offsets.Dispose();
    }

    Group GetOrAdd(string groupId) => _groups.GetOrAdd(groupId, id => new(id, time, logger));
}
