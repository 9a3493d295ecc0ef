using Clickstream.Consumer.Lanes;
using Clickstream.Core.Events;
using Npgsql;

namespace Clickstream.Consumer.Storage;

/// <summary>The table <c>dead_letters</c>.</summary>
static class DeadLetterTable
{
    /// <summary>Stores those records of the plan that are not valid events, with their bytes.</summary>
    public static async Task StoreAsync(NpgsqlConnection connection, RegisteredTopic topic, BatchPlan plan, CancellationToken cancellationToken)
    {
        if (plan.DeadLetters.Count == 0)
            return;
        var records = plan.DeadLetters.ConvertAll(index => plan.Batch[index]);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO dead_letters (topic_id, partition, "offset", key, payload, reason, received_at)
            SELECT $1, partition, "offset", key, payload, reason, now()
            FROM unnest($2, $3, $4, $5, $6) AS dead (partition, "offset", key, payload, reason)
            ON CONFLICT DO NOTHING
            """, connection)
        {
            Parameters =
            {
                new() { Value = topic.Id },
                new() { Value = records.ConvertAll(record => record.Lane.Partition).ToArray() },
                new() { Value = records.ConvertAll(record => record.Offset).ToArray() },
                new() { Value = records.ConvertAll(record => plan.Batch.Key(record)).ToArray() },
                new() { Value = records.ConvertAll(record => plan.Batch.Value(record)).ToArray() },
                new() { Value = records.ConvertAll(record => record.Error.ToReason()).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
