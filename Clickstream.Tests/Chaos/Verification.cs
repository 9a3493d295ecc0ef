using Clickstream.Tests.EndToEnd;
using Clickstream.Tests.Producer;
using Npgsql;

namespace Clickstream.Tests.Chaos;

/// <summary>What must hold when a round is over.</summary>
sealed class Verification(PipelineHarness pipeline, ChaosInput input, string bootstrapServers)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Connections from before a fault may be dead.
        pipeline.Database.Clear();
        await pipeline.AssertExactAsync(input.Events, cancellationToken);
        await AssertDeadLettersAsync(cancellationToken);
        Assert.Equal(0, await pipeline.ScalarAsync<long>("SELECT count(*) FROM lost_ranges", cancellationToken));
    }

    /// <summary>Each poison record of the log is a dead letter once, with all its bytes, and nothing else is.</summary>
    async Task AssertDeadLettersAsync(CancellationToken cancellationToken)
    {
        var log = TopicReader.ReadRaw(bootstrapServers, pipeline.Topic, pipeline.LogEnds().Count);
        var expected = log
            .Select(static record => (record.Partition.Value, record.Offset.Value, Identity: ChaosInput.Identity(record.Message.Key, record.Message.Value)))
            .Where(record => input.Poison.Contains(record.Identity)).Order().ToList();
        Assert.Equal(input.Poison.Order(), expected.Select(static record => record.Identity).Order());

        var stored = new List<(int, long, string)>();
        await using var command = pipeline.Database.CreateCommand("SELECT partition, \"offset\", key, payload FROM dead_letters");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            stored.Add((reader.GetInt32(0), reader.GetInt64(1), ChaosInput.Identity(Bytes(reader, 2), Bytes(reader, 3))));
        Assert.Equal(expected, stored.Order());
    }

    static byte[]? Bytes(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
}
