using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Schema;
using Clickstream.Consumer.Storage;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Clickstream.Tests.Consumer;

/// <summary>What becomes of the offset rows when a topic is seen first, seen again, has more partitions, or is another one.</summary>
public sealed class TopicRegistryTests(LocalInfrastructure infrastructure) : IAsyncLifetime
{
    static readonly SessionsOptions s_sessions = new(TimeSpan.FromMinutes(30));

    readonly Guid _id = Guid.NewGuid();
    NpgsqlDataSource _database = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    TopicRegistry Registry => new(_database, TimeProvider.System, NullLogger<TopicRegistry>.Instance);

    public async ValueTask InitializeAsync()
    {
        var connectionString = await infrastructure.CreateDatabaseAsync(Cancelled);
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "clickstream" });
        await new SchemaMigrator(_database, new PostgresOptions("clickstream", null), s_sessions).MigrateAsync(Cancelled);
    }

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_topic_seen_first_is_read_from_the_logs_start()
    {
        Assert.Equal(new RegisteredTopic(_id, "t", 3, 1), await RegisterAsync(_id, 3));
        Assert.Equal(["0 1 - 0 -1", "1 1 - 0 -1", "2 1 - 0 -1"], await RowsAsync(_id));
    }

    [Fact]
    public async Task A_topic_seen_again_is_left_as_it_is()
    {
        var first = await RegisterAsync(_id, 2);
        await MoveAsync(_id, 0, nextOffset: 10, horizon: 100, newest: 200);
        Assert.Equal(first, await RegisterAsync(_id, 2));
        Assert.Equal(["0 1 10 100 200", "1 1 - 0 -1"], await RowsAsync(_id));
    }

    [Fact]
    public async Task More_partitions_are_a_new_generation_whose_lanes_reach_back_as_far_as_any_of_the_old()
    {
        await RegisterAsync(_id, 2);
        await MoveAsync(_id, 0, nextOffset: 10, horizon: 100, newest: 200);
        await MoveAsync(_id, 1, nextOffset: 20, horizon: 150, newest: 400);
        Assert.Equal(new RegisteredTopic(_id, "t", 4, 2), await RegisterAsync(_id, 4));
        Assert.Equal(["0 2 10 100 400", "1 2 20 150 400", "2 2 - 100 400", "3 2 - 100 400"], await RowsAsync(_id));
    }

    [Fact]
    public async Task Metadata_with_fewer_partitions_is_old()
    {
        await RegisterAsync(_id, 4);
        Assert.Null(await RegisterAsync(_id, 3));
        Assert.Equal(4, (await RowsAsync(_id)).Length);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task A_topic_made_anew_begins_at_its_own_start_and_ends_the_lanes_of_the_old_one(int newCount)
    {
        var old = (await RegisterAsync(_id, 2))!;
        await MoveAsync(_id, 0, nextOffset: 10, horizon: 100, newest: 200);
        await MoveAsync(_id, 1, nextOffset: 20, horizon: 150, newest: 400);
        var next = Guid.NewGuid();
        Assert.Equal(new RegisteredTopic(next, "t", newCount, 2), await RegisterAsync(next, newCount));
        Assert.Equal(Enumerable.Range(0, newCount).Select(static partition => $"{partition} 2 - 100 400"), await RowsAsync(next));
        Assert.Equal(["0 2 10 100 400", "1 2 20 150 400"], await RowsAsync(_id));
        await Assert.ThrowsAsync<StaleLaneException>(() => StoreAsync(old, partition: 0, from: 10, to: 11));
    }

    [Fact]
    public async Task Metadata_of_a_topic_that_was_replaced_is_old()
    {
        await RegisterAsync(_id, 2);
        var next = Guid.NewGuid();
        var registered = await RegisterAsync(next, 2);
        Assert.Null(await RegisterAsync(_id, 2));
        Assert.Null(await RegisterAsync(_id, 5));
        Assert.Equal(registered, await RegisterAsync(next, 2));
    }

    [Fact]
    public async Task Topics_of_other_names_are_no_business_of_each_other()
    {
        await RegisterAsync(_id, 2);
        var other = Guid.NewGuid();
        Assert.Equal(new RegisteredTopic(other, "other", 3, 1), await Registry.RegisterAsync(new KafkaTopic(other, "other", 3), Cancelled));
        Assert.Equal(["0 1 - 0 -1", "1 1 - 0 -1"], await RowsAsync(_id));
    }

    [Fact]
    public async Task Consumers_that_start_together_register_once()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RegisterAsync(_id, 3))));
        Assert.All(all, registered => Assert.Equal(new RegisteredTopic(_id, "t", 3, 1), registered));
        var more = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => RegisterAsync(_id, 3 + (i % 2)))));
        Assert.All(more, registered => Assert.True(registered is null or { PartitionCount: 3, Generation: 1 } or { PartitionCount: 4, Generation: 2 }));
        Assert.Equal(4, (await RowsAsync(_id)).Length);
    }

    [Fact]
    public async Task A_batch_that_is_about_to_commit_is_waited_for()
    {
        await RegisterAsync(_id, 2);
        await using var connection = await _database.OpenConnectionAsync(Cancelled);
        await using var batch = await connection.BeginTransactionAsync(Cancelled);
        await using (var command = new NpgsqlCommand("UPDATE partition_offsets SET next_offset = 5, newest_event_time = 700 WHERE partition = 1", connection))
            await command.ExecuteNonQueryAsync(Cancelled);

        var registering = RegisterAsync(_id, 3);
        await using var waiting = _database.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        await Eventually.TrueAsync(async () => (long)(await waiting.ExecuteScalarAsync(Cancelled))! == 1);
        await batch.CommitAsync(Cancelled);

        await registering;
        Assert.Equal(["0 2 - 0 700", "1 2 5 0 700", "2 2 - 0 700"], await RowsAsync(_id));
    }

    [Fact]
    public async Task A_consumer_that_froze_in_its_transaction_is_not_waited_for()
    {
        await RegisterAsync(_id, 2);
        await using var connection = await _database.OpenConnectionAsync(Cancelled);
        await using var batch = await connection.BeginTransactionAsync(Cancelled);
        await using (var command = new NpgsqlCommand("UPDATE partition_offsets SET next_offset = 5 WHERE partition = 1", connection))
            await command.ExecuteNonQueryAsync(Cancelled);

        Assert.Equal(2, (await RegisterAsync(_id, 3))!.Generation);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => batch.CommitAsync(Cancelled));
        Assert.Equal(["0 2 - 0 -1", "1 2 - 0 -1", "2 2 - 0 -1"], await RowsAsync(_id));
    }

    [Fact]
    public async Task Lanes_of_an_older_generation_can_neither_be_read_nor_store()
    {
        var old = (await RegisterAsync(_id, 2))!;
        await StoreAsync(old, partition: 0, from: null, to: 5);
        await RegisterAsync(_id, 3);
        await Assert.ThrowsAsync<StaleLaneException>(() => StoreAsync(old, partition: 0, from: 5, to: 6));
        await Assert.ThrowsAsync<TopicChangedException>(() => new LaneLoader(_database, s_sessions).LoadAsync(old, [0], Cancelled));
    }

    Task<RegisteredTopic?> RegisterAsync(Guid id, int partitions) => Registry.RegisterAsync(new KafkaTopic(id, "t", partitions), Cancelled);

    /// <summary>The first step of a batch, by a lane of that topic as it was registered then.</summary>
    async Task StoreAsync(RegisteredTopic topic, int partition, long? from, long to)
    {
        var lane = new Lane(partition);
        lane.Restore(new LaneState(partition, topic.Generation, from, 0, new(0, 0)));
        await using var connection = await _database.OpenConnectionAsync(Cancelled);
        await new OffsetRows(_database, TimeProvider.System, NullLogger.Instance).MoveAsync(
            connection, topic, [new LanePart { Lane = lane, NextOffset = to, NewestEventTime = 0, Horizon = 0 }], Cancelled);
    }

    async Task MoveAsync(Guid id, int partition, long nextOffset, long horizon, long newest)
    {
        await using var command = _database.CreateCommand(
            "UPDATE partition_offsets SET next_offset = $3, horizon = $4, newest_event_time = $5 WHERE topic_id = $1 AND partition = $2");
        foreach (var value in (object[])[id, partition, nextOffset, horizon, newest])
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <summary>Partition, generation, next offset, horizon and newest event time of each row.</summary>
    async Task<string[]> RowsAsync(Guid id)
    {
        await using var command = _database.CreateCommand(
            """
            SELECT coalesce(array_agg(concat_ws(' ', partition, generation, coalesce(next_offset::text, '-'), horizon, newest_event_time) ORDER BY partition), '{}')
            FROM partition_offsets WHERE topic_id = $1
            """);
        command.Parameters.Add(new() { Value = id });
        return (string[])(await command.ExecuteScalarAsync(Cancelled))!;
    }
}
