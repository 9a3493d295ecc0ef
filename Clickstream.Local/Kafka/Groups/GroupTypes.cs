using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Groups;

/// <summary>Where a group is in its life. The names are those that clients are told.</summary>
enum GroupState
{
    /// <summary>No members; there may be committed offsets.</summary>
    Empty,

    /// <summary>Members are asked to join again.</summary>
    PreparingRebalance,

    /// <summary>All have joined; the leader works out who gets what.</summary>
    CompletingRebalance,

    /// <summary>Every member knows what it has.</summary>
    Stable,

    /// <summary>Deleted, or never there.</summary>
    Dead,
}

/// <summary>A way of assigning partitions that a member knows, with what it tells the leader about itself.</summary>
readonly record struct MemberProtocol(string Name, byte[] Metadata);

/// <summary>A member as the leader is told of it.</summary>
readonly record struct JoinedMember(string MemberId, string? GroupInstanceId, byte[] Metadata);

/// <summary>The answer to a join. Only the leader gets the members.</summary>
sealed record JoinResult(
    ErrorCode Error, string MemberId, int GenerationId = -1, string? ProtocolType = null, string? ProtocolName = null, string LeaderId = "",
    bool SkipAssignment = false)
{
    public IReadOnlyList<JoinedMember> Members { get; init; } = [];
}

/// <summary>The answer to a sync: what the leader has given the member.</summary>
sealed record SyncResult(ErrorCode Error, byte[] Assignment, string? ProtocolType = null, string? ProtocolName = null)
{
    public static SyncResult Failed(ErrorCode error) => new(error, []);
}

readonly record struct MemberDescription(
    string MemberId, string? GroupInstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);

/// <summary>A group as admin tools see it.</summary>
sealed record GroupDescription(string GroupId, GroupState State, string ProtocolType, string ProtocolName, List<MemberDescription> Members);

/// <summary>A committed offset: the next one to read, with what the client wanted kept beside it.</summary>
readonly record struct CommittedOffset(long Offset, int LeaderEpoch, string Metadata)
{
    /// <summary>Nothing committed.</summary>
    public static CommittedOffset None => new(-1, -1, "");
}
