using Clickstream.Tests.Infrastructure;
using Confluent.Kafka;

namespace Clickstream.Tests.Local.Kafka;

// Consumer groups.
public abstract partial class KafkaContract
{
    [Fact]
    public async Task Committed_offsets_come_back_and_a_group_goes_on_where_it_was()
    {
        await CreateTopic(partitions: 2);
        await Produce(0, 10);
        await Produce(1, 10);
        using (var consumer = Consumer())
        {
            consumer.Subscribe(_topic);
            for (var i = 0; i < 20; i++) ConsumeOne(consumer);
            consumer.Commit();
            consumer.Close();
        }

        Assert.Equal([(0, 10), (1, 10)], (await Committed()).Select(c => (c.Key, c.Value.Value)).Order());
        await Produce(1, 1);
        using var next = Consumer();
        next.Subscribe(_topic);
        var record = ConsumeOne(next);
        Assert.Equal((1, 10), (record.Partition.Value, record.Offset.Value));
        next.Close();
    }

    [Fact]
    public async Task Two_members_of_a_group_share_the_partitions_and_one_takes_over_from_the_other()
    {
        await CreateTopic(partitions: 4);
        using var first = Consumer();
        first.Subscribe(_topic);
        await Eventually.TrueAsync(() => Poll(first) && first.Assignment.Count == 4);

        using var second = Consumer();
        second.Subscribe(_topic);
        await Eventually.TrueAsync(() => Poll(first) & Poll(second) && first.Assignment.Count == 2 && second.Assignment.Count == 2);
        Assert.Equal(4, first.Assignment.Union(second.Assignment).Count());

        first.Close();
        await Eventually.TrueAsync(() => Poll(second) && second.Assignment.Count == 4);
        second.Close();
    }

    [Fact]
    public async Task Cooperative_rebalancing_moves_only_what_must_move()
    {
        await CreateTopic(partitions: 4);
        var lost = new List<TopicPartition>();
        using var first = Consumer(
            c => c.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            b => b.SetPartitionsRevokedHandler((_, revoked) => lost.AddRange(revoked.Select(r => r.TopicPartition))));
        first.Subscribe(_topic);
        await Eventually.TrueAsync(() => Poll(first) && first.Assignment.Count == 4);
        using var second = Consumer(c => c.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky);
        second.Subscribe(_topic);
        await Eventually.TrueAsync(() => Poll(first) & Poll(second) && first.Assignment.Count == 2 && second.Assignment.Count == 2);
        Assert.Equal(2, lost.Count);
        first.Close();
        second.Close();
    }

    [Fact]
    public async Task A_static_member_that_comes_back_keeps_its_partitions()
    {
        await CreateTopic(partitions: 2);
        using (var first = Consumer(c => (c.GroupInstanceId, c.SessionTimeoutMs) = ("instance", 30_000)))
        {
            first.Subscribe(_topic);
            await Eventually.TrueAsync(() => Poll(first) && first.Assignment.Count == 2);
        } // disposed without leaving: static members do not

        using var again = Consumer(c => (c.GroupInstanceId, c.SessionTimeoutMs) = ("instance", 30_000));
        again.Subscribe(_topic);
        await Eventually.TrueAsync(() => Poll(again) && again.Assignment.Count == 2, TimeSpan.FromSeconds(20));
        using var admin = Admin();
        var group = Assert.Single((await admin.DescribeConsumerGroupsAsync([_group])).ConsumerGroupDescriptions);
        Assert.Equal("instance", Assert.Single(group.Members).GroupInstanceId);
    }

    [Fact]
    public async Task A_group_is_listed_described_and_its_lag_can_be_computed()
    {
        await CreateTopic();
        await Produce(0, 10);
        using var admin = Admin();
        using (var consumer = Consumer())
        {
            consumer.Subscribe(_topic);
            for (var i = 0; i < 4; i++) consumer.Commit(ConsumeOne(consumer));
            var group = Assert.Single((await admin.DescribeConsumerGroupsAsync([_group])).ConsumerGroupDescriptions);
            Assert.Equal(ConsumerGroupState.Stable, group.State);
            Assert.Equal([new(_topic, 0)], Assert.Single(group.Members).Assignment.TopicPartitions);
            consumer.Close();
        }

        Assert.Contains((await admin.ListConsumerGroupsAsync()).Valid, g => g.GroupId == _group);
        Assert.Equal((4, 10), ((await Committed())[0].Value, Watermarks(0).High));
        var left = Assert.Single((await admin.DescribeConsumerGroupsAsync([_group])).ConsumerGroupDescriptions);
        Assert.Equal(ConsumerGroupState.Empty, left.State);
        await admin.DeleteGroupsAsync([_group]);
        Assert.DoesNotContain((await admin.ListConsumerGroupsAsync()).Valid, g => g.GroupId == _group);
    }

    async Task<Dictionary<int, Offset>> Committed()
    {
        using var admin = Admin();
        var offsets = await admin.ListConsumerGroupOffsetsAsync([new(_group, null)]);
        return offsets[0].Partitions.Where(p => p.Topic == _topic).ToDictionary(p => p.Partition.Value, p => p.Offset);
    }
}
