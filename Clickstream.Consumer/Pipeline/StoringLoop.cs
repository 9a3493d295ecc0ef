using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Storage;
using Clickstream.Consumer.Strays;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.Consumer.Pipeline;

/// <summary>
/// Takes batches and stores each, however long it takes. After any error, a lost answer to a COMMIT included, the lanes are read
/// again from the database and what they say is stored already is passed over: no case needs a rule of its own.
/// </summary>
sealed class StoringLoop(
    BatchQueue queue, BatchStore store, BatchPlan plan, LaneLoader loader, StrayForwarder forwarder, RegisteredTopic topic,
    string groupId, ConsumerMetrics metrics, RunSummary summary, TimeProvider time, ILogger logger)
{
    readonly DatabaseRetry _retry = new(time, logger);

    /// <summary>Told after each commit which lanes moved, on this loop's thread.</summary>
    public required Action<IReadOnlyList<LanePart>> Stored { get; init; }

    /// <summary>Told when the database says that a lane stands before what was read: it must be read again from there.</summary>
    public required Action<Lane> MustReposition { get; init; }

    /// <summary>Runs until it is cancelled, which abandons the transaction in progress: it is stored by the next holder of its lanes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var batch = await queue.TakeAsync(cancellationToken);
            using (ConsumerTraces.StartBatch(batch, topic.Name, groupId))
                await StoreAsync(batch, 0, batch.Count, trustNothing: false, cancellationToken);
            queue.Return(batch);
        }
    }

    async Task StoreAsync(Batch batch, int start, int end, bool trustNothing, CancellationToken cancellationToken)
    {
        while (true)
        {
            plan.Make(batch, start, end, trustNothing);
            if (plan.Parts.Count == 0)
                return;
            if (plan.Strays.Count > 0)
                plan.DeadLetters.AddRange(await forwarder.ForwardAsync(batch, plan.Strays, cancellationToken));
            using var transaction = ConsumerTraces.StartTransaction();
            try
            {
                var started = time.GetTimestamp();
                var counts = await store.StoreAsync(topic, plan, cancellationToken);
                ConsumerTraces.Stored(transaction, counts);
                _retry.Succeeded();
                metrics.BatchStored(counts, time.GetElapsedTime(started));
                summary.BatchStored(counts.Records);
                Stored(plan.Parts);
                return;
            }
            catch (StaleLaneException e)
            {
                ConsumerTraces.Failed(transaction, e);
                logger.LanesStale(e.Message);
            }
            catch (PostgresException e) when (DatabaseRetry.IsFaultOfData(e))
            {
                ConsumerTraces.Failed(transaction, e);
                await RestoreLanesAsync(cancellationToken);
                if (!trustNothing)
                {
                    // An event that looked new may be stored already: that alone is no fault of the event.
                    trustNothing = true;
                }
                else if (end - start > 1)
                {
                    var middle = start + ((end - start) / 2);
                    await StoreAsync(batch, start, middle, trustNothing, cancellationToken);
                    await StoreAsync(batch, middle, end, trustNothing, cancellationToken);
                    return;
                }
                else
                {
                    Refuse(ref batch[start], e);
                }
                continue;
            }
            catch (Exception e) when (DatabaseRetry.IsDatabaseError(e))
            {
                ConsumerTraces.Failed(transaction, e);
                await _retry.WaitAfterAsync(e, cancellationToken);
            }
            await RestoreLanesAsync(cancellationToken);
        }
    }

    void Refuse(ref BatchRecord record, PostgresException e)
    {
        if (record.Error != EventError.None)
        {
            throw new ClickstreamException(ExitCode.Conflict,
                $"PostgreSQL refuses even the dead letter of {topic.Name}[{record.Lane.Partition}] offset {record.Offset} "
                + $"(SQLSTATE {e.SqlState}): remove the constraint or trigger on dead_letters", e);
        }
        logger.RecordRefused(topic.Name, record.Lane.Partition, record.Offset, e.SqlState);
        record.Error = EventError.RefusedByDatabase;
    }

    /// <summary>Reads the plan's lanes again, dropping what they have in memory.</summary>
    async Task RestoreLanesAsync(CancellationToken cancellationToken)
    {
        var lanes = plan.Parts.ConvertAll(part => part.Lane).Where(lane => !lane.IsClosed).ToDictionary(lane => lane.Partition);
        if (lanes.Count == 0)
            return;
        var states = await _retry.RunAsync(token => loader.LoadAsync(topic, [.. lanes.Keys], token), cancellationToken);
        if (states.Count != lanes.Count)
            throw LaneLoader.RowsMissing(topic);
        foreach (var state in states)
        {
            var lane = lanes[state.Partition];
            var readFrom = lane.NextOffset;
            lane.Restore(state);
            // Nobody moves an offset back but by hand; what lies between was not read by us.
            if (readFrom is not null && !(state.NextOffset >= readFrom))
            {
                lane.Close();
                MustReposition(lane);
            }
        }
    }
}
