using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Groups;

/// <summary>
/// One consumer group of the classic protocol: members join, the coordinator elects a leader, the leader assigns, all sync. This half
/// answers requests; the other one moves the group from state to state.
/// </summary>
sealed partial class Group(string id, TimeProvider time, ILogger logger)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _staticMembers = new(StringComparer.Ordinal); // instance id to member id
    readonly Dictionary<string, ITimer> _pendingMembers = new(StringComparer.Ordinal); // were given an id, have yet to join with it
    GroupState _state = GroupState.Empty;
    int _generation;
    string? _protocolType;
    string? _protocolName;
    string? _leaderId;

    public string Id { get; } = id;

    public GroupState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    public string ProtocolType
    {
        get
        {
            lock (_gate) return _protocolType ?? "";
        }
    }

    /// <param name="request">The join.</param>
    /// <param name="version">The request's version, which decides what the client understands.</param>
    /// <param name="clientId">For descriptions, and the front part of the member's id.</param>
    /// <param name="clientHost">For descriptions.</param>
    public Task<JoinResult> JoinAsync(JoinGroupRequest request, short version, string clientId, string clientHost)
    {
        lock (_gate)
        {
            if (_state == GroupState.Dead) return FailedJoin(ErrorCode.CoordinatorNotAvailable, request.MemberId);
            if (!CanJoin(request)) return FailedJoin(ErrorCode.InconsistentGroupProtocol, request.MemberId);
            return request.MemberId.Length == 0
                ? JoinUnknown(request, version, clientId, clientHost)
                : JoinKnown(request, clientId, clientHost);
        }
    }

    public Task<SyncResult> SyncAsync(SyncGroupRequest request)
    {
        lock (_gate)
        {
            if (Validate(request.MemberId, request.GroupInstanceId, request.GenerationId, out var member) is var error and not ErrorCode.None)
                return Task.FromResult(SyncResult.Failed(error));
            if ((request.ProtocolType is { } type && type != _protocolType) || (request.ProtocolName is { } name && name != _protocolName))
                return Task.FromResult(SyncResult.Failed(ErrorCode.InconsistentGroupProtocol));

            Heard(member!);
            switch (_state)
            {
                case GroupState.CompletingRebalance:
                    member!.HasSynced = true;
                    var answer = member.WaitForSync();
                    if (member.Id == _leaderId) Assign(request.Assignments);
                    return answer;
                case GroupState.Stable:
                    member!.HasSynced = true;
                    return Task.FromResult(CurrentAssignment(member));
                default:
                    return Task.FromResult(SyncResult.Failed(ErrorCode.RebalanceInProgress));
            }
        }
    }

    public ErrorCode Heartbeat(HeartbeatRequest request)
    {
        lock (_gate)
        {
            if (Validate(request.MemberId, request.GroupInstanceId, request.GenerationId, out var member) is var error and not ErrorCode.None)
                return error;
            Heard(member!);
            return _state == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        }
    }

    public ErrorCode Leave(in LeaveGroupRequest.Member leaving)
    {
        lock (_gate)
        {
            var memberId = leaving.MemberId;
            if (leaving.GroupInstanceId is { } instanceId)
            {
                if (!_staticMembers.TryGetValue(instanceId, out var current)) return ErrorCode.UnknownMemberId;
                if (memberId.Length > 0 && memberId != current) return ErrorCode.FencedInstanceId;
                memberId = current;
            }

            if (RemovePending(memberId))
            {
                if (_state == GroupState.PreparingRebalance) TryCompleteJoin();
                return ErrorCode.None;
            }

            if (!_members.TryGetValue(memberId, out var member)) return ErrorCode.UnknownMemberId;
            Remove(member, "it said so");
            return ErrorCode.None;
        }
    }

    /// <summary>Whether offsets may be committed: by a member of this generation, or by anybody while nobody is a member.</summary>
    public ErrorCode ValidateCommit(OffsetCommitRequest request)
    {
        lock (_gate)
        {
            if (_state == GroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
            if (request.GenerationId < 0 && _state == GroupState.Empty) return ErrorCode.None;
            if (Validate(request.MemberId, request.GroupInstanceId, request.GenerationId, out var member) is var error and not ErrorCode.None)
                return error;
            Heard(member!);

            // The leader has yet to say who owns what, so nobody owns anything.
            return _state == GroupState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        }
    }

    public GroupDescription Describe()
    {
        lock (_gate)
        {
            var stable = _state == GroupState.Stable;
            var members = _members.Values.Select(m => new MemberDescription(
                m.Id, m.InstanceId, m.ClientId, m.ClientHost, stable ? m.MetadataOf(_protocolName) : [], stable ? m.Assignment : []));
            return new(Id, _state, _protocolType ?? "", stable ? _protocolName ?? "" : "", [.. members]);
        }
    }

    /// <summary>Whether a member may be reading a topic; its subscription is only known to itself where it is not a consumer's.</summary>
    public bool IsSubscribedTo(string topic)
    {
        lock (_gate) return _members.Values.Any(m => ConsumerSubscription.MayInclude(m.MetadataOf(_protocolName), topic));
    }

    /// <summary>Ends an empty group; one with members is left as it is.</summary>
    public bool TryDelete()
    {
        lock (_gate)
        {
            if (_state != GroupState.Empty || _pendingMembers.Count > 0) return false;
            _state = GroupState.Dead;
            return true;
        }
    }

    /// <summary>Stops all timers and lets nobody wait on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _state = GroupState.Dead;
            _rebalanceTimer?.Dispose();
            foreach (var timer in _pendingMembers.Values) timer.Dispose();
            foreach (var member in _members.Values)
            {
                member.AnswerAll(ErrorCode.CoordinatorNotAvailable);
                member.Dispose();
            }
        }
    }

    Task<JoinResult> JoinUnknown(JoinGroupRequest request, short version, string clientId, string clientHost)
    {
        if (request.GroupInstanceId is { } instanceId)
        {
            var newId = $"{instanceId}-{Guid.NewGuid()}";
            return _staticMembers.TryGetValue(instanceId, out var current)
                ? Replace(_members[current], newId, request, version, clientId, clientHost)
                : AddAndRebalance(newId, request, clientId, clientHost);
        }

        var memberId = $"{clientId}-{Guid.NewGuid()}";
        if (version < 4) return AddAndRebalance(memberId, request, clientId, clientHost);

        // A client that never gets this answer leaves nothing behind but an id, and that not for long.
        AddPending(memberId, TimeSpan.FromMilliseconds(request.SessionTimeoutMs));
        return FailedJoin(ErrorCode.MemberIdRequired, memberId);
    }

    Task<JoinResult> JoinKnown(JoinGroupRequest request, string clientId, string clientHost)
    {
        if (request.GroupInstanceId is { } instanceId)
        {
            if (!_staticMembers.TryGetValue(instanceId, out var current)) return FailedJoin(ErrorCode.UnknownMemberId, request.MemberId);
            if (current != request.MemberId) return FailedJoin(ErrorCode.FencedInstanceId, request.MemberId);
        }

        if (RemovePending(request.MemberId)) return AddAndRebalance(request.MemberId, request, clientId, clientHost);
        if (!_members.TryGetValue(request.MemberId, out var member)) return FailedJoin(ErrorCode.UnknownMemberId, request.MemberId);

        var unchanged = member.HasSameProtocols(request.Protocols);
        var answerNow = _state switch
        {
            GroupState.CompletingRebalance => unchanged, // it lost the answer
            GroupState.Stable => unchanged && member.Id != _leaderId, // a leader that joins again wants a new assignment
            _ => false,
        };
        Heard(member);
        if (answerNow) return Task.FromResult(JoinedResult(member));
        return UpdateAndRebalance(member, request);
    }

    bool CanJoin(JoinGroupRequest request)
    {
        if (request.ProtocolType.Length == 0 || request.Protocols.Count == 0) return false;
        if (_members.Count == 0) return true;
        return request.ProtocolType == _protocolType && request.Protocols.Exists(p => _members.Values.All(m => m.Supports(p.Name)));
    }

    ErrorCode Validate(string memberId, string? instanceId, int generation, out Member? member)
    {
        member = null;
        if (instanceId is not null)
        {
            if (!_staticMembers.TryGetValue(instanceId, out var current)) return ErrorCode.UnknownMemberId;
            if (current != memberId) return ErrorCode.FencedInstanceId;
        }

        if (_state == GroupState.Dead || !_members.TryGetValue(memberId, out member)) return ErrorCode.UnknownMemberId;
        return generation == _generation ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }

    SyncResult CurrentAssignment(Member member) => new(ErrorCode.None, member.Assignment, _protocolType, _protocolName);

    static Task<JoinResult> FailedJoin(ErrorCode error, string memberId) => Task.FromResult(new JoinResult(error, memberId));
}
