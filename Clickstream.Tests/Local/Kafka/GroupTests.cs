using Clickstream.Local.Kafka.Groups;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Local.Kafka;

/// <summary>The group coordinator without a network and with a clock that the test moves.</summary>
public sealed class GroupTests : IDisposable
{
    const string GroupId = "group";
    static readonly TimeSpan s_session = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_rebalance = TimeSpan.FromSeconds(60);

    readonly TempFolder _folder = new();
    readonly ManualTime _time = new();
    readonly GroupCoordinator _groups;

    public GroupTests() =>
        _groups = new(new(_folder.File("group-offsets")), GroupSettings.Default, _time, NullLogger.Instance);

    public void Dispose()
    {
        _groups.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_first_join_is_answered_with_a_member_id_to_join_with()
    {
        var first = await Join("");
        Assert.Equal(ErrorCode.MemberIdRequired, first.Error);
        Assert.StartsWith("client-", first.MemberId, StringComparison.Ordinal);

        var second = await Join(first.MemberId);
        Assert.Equal((ErrorCode.None, 1), (second.Error, second.GenerationId));
        Assert.Equal(second.MemberId, second.LeaderId);
        Assert.Equal(("consumer", "range"), (second.ProtocolType, second.ProtocolName));
        Assert.Equal([second.MemberId], second.Members.Select(m => m.MemberId));
    }

    [Fact]
    public async Task Old_versions_join_at_once()
    {
        var joined = await Join("", version: 3);
        Assert.Equal((ErrorCode.None, 1), (joined.Error, joined.GenerationId));
    }

    [Fact]
    public async Task The_leader_assigns_and_every_member_gets_its_own()
    {
        var (leader, follower) = await TwoMembers();
        Assert.Equal(GroupState.CompletingRebalance, State);
        var followers = Sync(follower);
        Assert.False(followers.IsCompleted);

        var leaders = await Sync(leader, (leader.MemberId, [1]), (follower.MemberId, [2]));
        Assert.Equal([1], leaders.Assignment);
        Assert.Equal([2], (await followers).Assignment);
        Assert.Equal(GroupState.Stable, State);
        Assert.Equal([2], (await Sync(follower)).Assignment); // asked again
    }

    [Fact]
    public async Task Only_the_leader_learns_of_the_members()
    {
        var (leader, follower) = await TwoMembers();
        Assert.Equal(2, leader.Members.Count);
        Assert.Empty(follower.Members);
        Assert.Equal(leader.LeaderId, follower.LeaderId);
        Assert.Equal(leader.GenerationId, follower.GenerationId);
    }

    [Fact]
    public async Task A_new_member_makes_the_others_join_again()
    {
        var first = await Member();
        await Sync(first, (first.MemberId, [1]));
        var newcomer = Join(NewId(await Join("")));
        Assert.False(newcomer.IsCompleted);
        Assert.Equal(ErrorCode.RebalanceInProgress, Beat(first));
        Assert.Equal(ErrorCode.RebalanceInProgress, (await Sync(first)).Error);

        var again = await Join(first.MemberId);
        Assert.Equal(2, again.GenerationId);
        Assert.Equal(again.LeaderId, (await newcomer).LeaderId);
        Assert.Equal(ErrorCode.IllegalGeneration, Beat(first));
        Assert.Equal(ErrorCode.None, Beat(again));
    }

    [Fact]
    public async Task A_rebalance_does_not_wait_for_ever_for_those_who_do_not_join()
    {
        var first = await Member();
        await Sync(first, (first.MemberId, [1]));
        var newcomer = Join(NewId(await Join("")));
        for (var i = 0; i < 11; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(ErrorCode.RebalanceInProgress, Beat(first)); // alive, but it does not join
        }

        Assert.False(newcomer.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        var alone = await newcomer;
        Assert.Equal((2, alone.MemberId), (alone.GenerationId, alone.LeaderId));
        Assert.Equal(ErrorCode.UnknownMemberId, Beat(first));
    }

    [Fact]
    public async Task A_member_that_falls_silent_is_removed_and_the_others_rebalance()
    {
        var (leader, follower) = await TwoMembers();
        var followers = Sync(follower);
        await Sync(leader, (leader.MemberId, [1]), (follower.MemberId, [2]));
        await followers;

        _time.Advance(s_session * 0.9);
        Assert.Equal(ErrorCode.None, Beat(leader));
        _time.Advance(s_session * 0.2);
        Assert.Equal(ErrorCode.RebalanceInProgress, Beat(leader));
        Assert.Equal(ErrorCode.UnknownMemberId, Beat(follower));
        var again = await Join(leader.MemberId);
        Assert.Equal([leader.MemberId], again.Members.Select(m => m.MemberId));
    }

    [Fact]
    public async Task A_member_that_waits_for_others_is_not_taken_for_silent()
    {
        var first = await Member();
        await Sync(first, (first.MemberId, [1]));
        var newcomer = Join(NewId(await Join("")));
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(s_session * 0.9);
            Beat(first);
        }

        var again = await Join(first.MemberId);
        Assert.Equal(2, again.Members.Count + (await newcomer).Members.Count);
    }

    [Fact]
    public async Task A_member_that_joins_but_never_asks_for_its_assignment_is_removed()
    {
        var (leader, follower) = await TwoMembers();
        await Sync(leader, (leader.MemberId, [1]), (follower.MemberId, [2]));
        for (var i = 0; i < 13; i++)
        {
            _time.Advance(s_rebalance / 12);
            Beat(leader);
            Beat(follower);
        }

        Assert.Equal(GroupState.PreparingRebalance, State);
        Assert.Equal(ErrorCode.UnknownMemberId, Beat(follower));
    }

    [Fact]
    public async Task A_member_id_never_joined_with_is_forgotten_and_holds_nobody_up()
    {
        var pending = NewId(await Join(""));
        var other = Join(NewId(await Join("")));
        Assert.False(other.IsCompleted); // the first one is expected
        _time.Advance(s_session);
        Assert.Equal(ErrorCode.None, (await other).Error);
        Assert.Equal(ErrorCode.UnknownMemberId, (await Join(pending)).Error);
    }

    [Fact]
    public async Task A_leaving_member_makes_room_at_once_and_the_last_one_leaves_an_empty_group()
    {
        var (leader, follower) = await TwoMembers();
        Assert.Equal(ErrorCode.None, Leave(leader.MemberId));
        Assert.Equal(ErrorCode.UnknownMemberId, Leave(leader.MemberId));
        Assert.Equal(GroupState.PreparingRebalance, State);
        var again = await Join(follower.MemberId);
        Assert.Equal(follower.MemberId, again.LeaderId);
        Assert.Equal(ErrorCode.None, Leave(follower.MemberId));
        Assert.Equal(GroupState.Empty, State);
    }

    [Fact]
    public async Task A_leader_that_joins_again_causes_a_rebalance_and_a_follower_that_does_not_change_does_not()
    {
        var (leader, follower) = await TwoMembers();
        var followers = Sync(follower);
        await Sync(leader, (leader.MemberId, [1]), (follower.MemberId, [2]));
        await followers;
        var generation = leader.GenerationId;

        Assert.Equal(generation, (await Join(follower.MemberId)).GenerationId);
        Assert.Equal(GroupState.Stable, State);
        _ = Join(leader.MemberId);
        Assert.Equal(GroupState.PreparingRebalance, State);
    }

    [Fact]
    public async Task A_member_whose_subscription_changes_causes_a_rebalance()
    {
        var member = await Member();
        await Sync(member, (member.MemberId, [1]));
        var again = await Join(member.MemberId, protocols: [new("range", [9])]);
        Assert.Equal(2, again.GenerationId);
        Assert.Equal([9], again.Members[0].Metadata);
    }

    [Fact]
    public async Task The_protocol_is_one_that_all_members_know()
    {
        var firstId = NewId(await Join("", protocols: [new("a", []), new("b", [])]));
        var secondId = NewId(await Join("", protocols: [new("c", []), new("b", [])]));
        var first = Join(firstId, protocols: [new("a", []), new("b", [])]);
        var second = Join(secondId, protocols: [new("c", []), new("b", [])]);
        Assert.Equal(("b", "b"), ((await first).ProtocolName, (await second).ProtocolName));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (await Join("", protocols: [new("a", [])])).Error);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (await Join("", protocolType: "connect")).Error);
    }

    [Fact]
    public async Task A_static_member_that_restarts_gets_its_assignment_back_without_a_rebalance()
    {
        var before = await Join("", instanceId: "i1");
        await Sync(before, "i1", (before.MemberId, [7]));
        var after = await Join("", instanceId: "i1");
        Assert.Equal(before.GenerationId, after.GenerationId);
        Assert.NotEqual(before.MemberId, after.MemberId);
        Assert.True(after.SkipAssignment);
        Assert.Equal([7], (await Sync(after, "i1")).Assignment);

        // The former one is fenced off.
        Assert.Equal(ErrorCode.FencedInstanceId, Beat(before, "i1"));
        Assert.Equal(ErrorCode.FencedInstanceId, Commit(before, "i1"));
        Assert.Equal(ErrorCode.FencedInstanceId, (await Join(before.MemberId, instanceId: "i1")).Error);
        Assert.Equal(ErrorCode.None, Beat(after, "i1"));
    }

    [Fact]
    public async Task A_static_member_may_be_removed_by_its_instance_id()
    {
        await Join("", instanceId: "i1");
        Assert.Equal(ErrorCode.UnknownMemberId, Leave("", "i2"));
        Assert.Equal(ErrorCode.FencedInstanceId, Leave("other", "i1"));
        Assert.Equal(ErrorCode.None, Leave("", "i1"));
        Assert.Equal(GroupState.Empty, State);
    }

    [Fact]
    public async Task Offsets_are_taken_from_members_of_this_generation_only()
    {
        var member = await Member();
        Assert.Equal(ErrorCode.RebalanceInProgress, Commit(member)); // not assigned yet
        await Sync(member, (member.MemberId, [1]));
        Assert.Equal(ErrorCode.None, Commit(member));
        Assert.Equal(ErrorCode.IllegalGeneration, Commit(member with { GenerationId = 0 }));
        Assert.Equal(ErrorCode.UnknownMemberId, Commit(member with { MemberId = "stranger" }));
        Assert.Equal(ErrorCode.UnknownMemberId, Commit(new(ErrorCode.None, "", -1)));
        Leave(member.MemberId);
        Assert.Equal(ErrorCode.None, Commit(new(ErrorCode.None, "", -1))); // without members, anybody
    }

    [Theory]
    [InlineData(5_999)]
    [InlineData(1_800_001)]
    public async Task Session_timeouts_that_no_Kafka_would_take_are_refused(int milliseconds) =>
        Assert.Equal(
            ErrorCode.InvalidSessionTimeout,
            (await _groups.JoinAsync(Request("") with { SessionTimeoutMs = milliseconds }, 9, "client", "")).Error);

    [Fact]
    public async Task Unknown_members_are_told_so()
    {
        Assert.Equal(ErrorCode.UnknownMemberId, (await Join("stranger")).Error);
        await Member();
        var stranger = new JoinResult(ErrorCode.None, "stranger", 1);
        Assert.Equal(ErrorCode.UnknownMemberId, Beat(stranger));
        Assert.Equal(ErrorCode.UnknownMemberId, (await Sync(stranger)).Error);
    }

    [Fact]
    public async Task A_group_with_members_is_not_deleted_and_an_empty_one_is_with_its_offsets()
    {
        var member = await Member();
        await Sync(member, (member.MemberId, [1]));
        _groups.TryStore(GroupId, [new(new("topic", 0), new(5, -1, ""))]);
        Assert.Equal(ErrorCode.NonEmptyGroup, _groups.Delete(GroupId));
        Leave(member.MemberId);
        Assert.Equal(ErrorCode.None, _groups.Delete(GroupId));
        Assert.Empty(_groups.Offsets.All(GroupId));
        Assert.Equal(ErrorCode.GroupIdNotFound, _groups.Delete(GroupId));
        Assert.Equal(GroupState.Dead, _groups.Describe(GroupId).State);
    }

    GroupState State => _groups.Find(GroupId)!.State;

    static string NewId(JoinResult result)
    {
        Assert.Equal(ErrorCode.MemberIdRequired, result.Error);
        return result.MemberId;
    }

    async Task<JoinResult> Member() => await Join(NewId(await Join("")));

    async Task<(JoinResult Leader, JoinResult Follower)> TwoMembers()
    {
        var ids = new[] { NewId(await Join("")), NewId(await Join("")) };
        var first = Join(ids[0]);
        var second = Join(ids[1]);
        return (await first).LeaderId == ids[0] ? (await first, await second) : (await second, await first);
    }

    static JoinGroupRequest Request(
        string memberId, string? instanceId = null, List<MemberProtocol>? protocols = null, string protocolType = "consumer") =>
        new(GroupId, (int)s_session.TotalMilliseconds, (int)s_rebalance.TotalMilliseconds, memberId, instanceId, protocolType,
            protocols ?? [new("range", [1, 2, 3])]);

    Task<JoinResult> Join(
        string memberId, string? instanceId = null, List<MemberProtocol>? protocols = null, string protocolType = "consumer", short version = 9) =>
        _groups.JoinAsync(Request(memberId, instanceId, protocols, protocolType), version, "client", "/127.0.0.1");

    Task<SyncResult> Sync(JoinResult member, params (string MemberId, byte[] Assignment)[] assignments) => Sync(member, null, assignments);

    Task<SyncResult> Sync(JoinResult member, string? instanceId, params (string MemberId, byte[] Assignment)[] assignments) =>
        _groups.SyncAsync(new(GroupId, member.GenerationId, member.MemberId, instanceId, null, null,
            [.. assignments.Select(a => KeyValuePair.Create(a.MemberId, a.Assignment))]));

    ErrorCode Beat(JoinResult member, string? instanceId = null) =>
        _groups.Heartbeat(new(GroupId, member.GenerationId, member.MemberId, instanceId));

    ErrorCode Leave(string memberId, string? instanceId = null) =>
        _groups.Leave(new(GroupId, [new(memberId, instanceId)])).Members[0].Error;

    ErrorCode Commit(JoinResult member, string? instanceId = null) =>
        _groups.ValidateCommit(new(GroupId, member.GenerationId, member.MemberId, instanceId, []));
}
