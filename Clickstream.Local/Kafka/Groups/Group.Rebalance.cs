using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Groups;

/// <summary>The moves from state to state. Everything here runs under the group's lock.</summary>
sealed partial class Group
{
    ITimer? _rebalanceTimer;

    Task<JoinResult> AddAndRebalance(string memberId, JoinGroupRequest request, string clientId, string clientHost)
    {
        var member = new Member(memberId, request.GroupInstanceId, clientId, clientHost);
        _members.Add(memberId, member);
        if (request.GroupInstanceId is { } instanceId) _staticMembers[instanceId] = memberId;
        _protocolType ??= request.ProtocolType;
        if (_members.Count == 1) _protocolType = request.ProtocolType;
        return UpdateAndRebalance(member, request);
    }

    Task<JoinResult> UpdateAndRebalance(Member member, JoinGroupRequest request)
    {
        Update(member, request);
        var answer = member.WaitForJoin();
        if (_state == GroupState.PreparingRebalance) TryCompleteJoin();
        else PrepareRebalance();
        return answer;
    }

    // A static member comes back under a new id. If nothing else changed it gets its old assignment without disturbing the others.
    Task<JoinResult> Replace(Member old, string newId, JoinGroupRequest request, short version, string clientId, string clientHost)
    {
        var unchanged = _state == GroupState.Stable && old.HasSameProtocols(request.Protocols);
        var member = new Member(newId, old.InstanceId, clientId, clientHost) { Assignment = old.Assignment, HasSynced = old.HasSynced };
        _members.Remove(old.Id);
        _members.Add(newId, member);
        _staticMembers[old.InstanceId!] = newId;
        var formerLeader = _leaderId;
        if (_leaderId == old.Id) _leaderId = newId;
        old.AnswerAll(ErrorCode.FencedInstanceId);
        old.Dispose();
        if (!unchanged) return UpdateAndRebalance(member, request);

        Update(member, request);
        Heard(member);

        // A leader that knows the flag is told not to assign; an older one must not learn that it leads.
        var joined = JoinedResult(member);
        return Task.FromResult(version >= 9
            ? joined with { SkipAssignment = member.Id == _leaderId }
            : joined with { LeaderId = formerLeader ?? "", Members = [] });
    }

    static void Update(Member member, JoinGroupRequest request)
    {
        member.SessionTimeout = TimeSpan.FromMilliseconds(request.SessionTimeoutMs);
        member.RebalanceTimeout = TimeSpan.FromMilliseconds(Math.Max(request.RebalanceTimeoutMs, 0));
        member.Protocols = request.Protocols;
    }

    void PrepareRebalance()
    {
        if (_state == GroupState.CompletingRebalance)
            foreach (var member in _members.Values)
                member.Answer(SyncResult.Failed(ErrorCode.RebalanceInProgress));
        _state = GroupState.PreparingRebalance;
        StartRebalanceTimer(OnJoinTimeout);
        TryCompleteJoin();
    }

    void TryCompleteJoin()
    {
        if (_pendingMembers.Count == 0 && _members.Values.All(static m => m.AwaitingJoin is not null)) CompleteJoin();
    }

    // Those who did not join in time are out. Static members stay: they are expected back until their session ends.
    void OnJoinTimeout()
    {
        if (_state != GroupState.PreparingRebalance) return;
        foreach (var member in _members.Values.Where(static m => m.AwaitingJoin is null && m.InstanceId is null).ToList())
            Drop(member, "it did not join in time");
        if (_members.Count > 0 && _members.Values.All(static m => m.AwaitingJoin is null)) StartRebalanceTimer(OnJoinTimeout);
        else CompleteJoin();
    }

    void CompleteJoin()
    {
        _rebalanceTimer?.Dispose();
        _generation++;
        KafkaLog.GroupGeneration(logger, Id, _generation, _members.Count);
        if (_members.Count == 0)
        {
            _state = GroupState.Empty;
            _protocolName = null;
            _leaderId = null;
            return;
        }

        _protocolName = SelectProtocol();
        if (_leaderId is null || !_members.TryGetValue(_leaderId, out var leader) || leader.AwaitingJoin is null)
            _leaderId = _members.Values.First(static m => m.AwaitingJoin is not null).Id;
        _state = GroupState.CompletingRebalance;
        foreach (var member in _members.Values)
        {
            member.HasSynced = false;
            member.Assignment = [];
        }

        foreach (var member in _members.Values.Where(static m => m.AwaitingJoin is not null))
        {
            member.Answer(JoinedResult(member));
            Heard(member);
        }

        StartRebalanceTimer(OnSyncTimeout);
    }

    // A member that joined but does not ask for its assignment would hold its partitions without reading them.
    void OnSyncTimeout()
    {
        if (_state is not (GroupState.CompletingRebalance or GroupState.Stable)) return;
        var missing = _members.Values.Where(static m => !m.HasSynced).ToList();
        foreach (var member in missing) Drop(member, "it did not sync in time");
        if (missing.Count > 0) PrepareRebalance();
    }

    void Assign(List<KeyValuePair<string, byte[]>> assignments)
    {
        foreach (var (memberId, assignment) in assignments)
            if (_members.TryGetValue(memberId, out var member))
                member.Assignment = assignment;
        _state = GroupState.Stable;
        foreach (var member in _members.Values.Where(static m => m.AwaitingSync is not null))
        {
            member.Answer(CurrentAssignment(member));
            Heard(member);
        }
    }

    // Each member votes for the first of its protocols that all know.
    string SelectProtocol() => _members.Values
        .Select(m => m.Protocols.First(p => _members.Values.All(other => other.Supports(p.Name))).Name)
        .CountBy(static name => name)
        .MaxBy(static votes => votes.Value)
        .Key;

    JoinResult JoinedResult(Member member) =>
        new(ErrorCode.None, member.Id, _generation, _protocolType, _protocolName, _leaderId ?? "")
        {
            Members = member.Id == _leaderId
                ? [.. _members.Values.Select(m => new JoinedMember(m.Id, m.InstanceId, m.MetadataOf(_protocolName)))]
                : [],
        };

    void Remove(Member member, string reason)
    {
        Drop(member, reason);
        if (_state is GroupState.Stable or GroupState.CompletingRebalance) PrepareRebalance();
        else if (_state == GroupState.PreparingRebalance) TryCompleteJoin();
    }

    void Drop(Member member, string reason)
    {
        _members.Remove(member.Id);
        if (member.InstanceId is { } instanceId && _staticMembers.GetValueOrDefault(instanceId) == member.Id) _staticMembers.Remove(instanceId);
        if (_leaderId == member.Id) _leaderId = null;
        member.AnswerAll(ErrorCode.UnknownMemberId);
        member.Dispose();
        KafkaLog.MemberRemoved(logger, Id, member.Id, reason);
    }

    void AddPending(string memberId, TimeSpan timeout) => _pendingMembers.Add(memberId, StartTimer(timeout, () =>
    {
        if (RemovePending(memberId) && _state == GroupState.PreparingRebalance) TryCompleteJoin();
    }));

    bool RemovePending(string memberId)
    {
        if (!_pendingMembers.Remove(memberId, out var timer)) return false;
        timer.Dispose();
        return true;
    }

    // The session begins anew with every sign of life.
    void Heard(Member member)
    {
        member.LastHeard = time.GetTimestamp();
        if (member.SessionTimer is null) member.SessionTimer = StartTimer(member.SessionTimeout, () => OnSessionTimeout(member));
        else member.SessionTimer.Change(member.SessionTimeout, Timeout.InfiniteTimeSpan);
    }

    void OnSessionTimeout(Member member)
    {
        if (_members.GetValueOrDefault(member.Id) != member) return;

        // One that waits for an answer of ours cannot send heartbeats; it is heard of again when it is answered.
        if (member.AwaitingJoin is not null || member.AwaitingSync is not null) return;

        // The timer may have fired just before the last sign of life and waited for the lock, or a moment early: its clock is coarser.
        var rest = member.SessionTimeout - time.GetElapsedTime(member.LastHeard);
        if (rest <= TimeSpan.Zero) Remove(member, "its session timed out");
        else member.SessionTimer?.Change(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    void StartRebalanceTimer(Action onTimeout)
    {
        _rebalanceTimer?.Dispose();
        var timeout = _members.Count == 0 ? TimeSpan.Zero : _members.Values.Max(static m => m.RebalanceTimeout);
        var generation = _generation;
        _rebalanceTimer = StartTimer(timeout, () =>
        {
            if (generation == _generation) onTimeout();
        });
    }

    ITimer StartTimer(TimeSpan timeout, Action onTimeout) => time.CreateTimer(
        _ =>
        {
            lock (_gate)
            {
                if (_state != GroupState.Dead) onTimeout();
            }
        },
        null,
        timeout,
        Timeout.InfiniteTimeSpan);
}
