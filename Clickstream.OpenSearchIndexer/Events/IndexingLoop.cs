using System.Text;
using Clickstream.Core.Events;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>
/// Takes batches and settles them, one after the other, for as long as that takes: every record is a document or a dead letter before
/// its partition's offset moves past it.
/// </summary>
sealed class IndexingLoop(BatchQueue queue, BulkWriter writer, DeadLetters deadLetters, KafkaTopic topic, RunSummary summary, ILogger logger)
{
    /// <summary>Told of each partition of which records are settled.</summary>
    public required Action<PartitionProgress> Settled { get; init; }

    /// <summary>Runs until it is cancelled, which abandons the batch in hand: it is read again by the next holder of its partitions.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var batch = await queue.TakeAsync(cancellationToken);
            using (IndexerTraces.StartBatch(batch, topic.Name, writer.Index))
                await SettleAsync(batch, cancellationToken);
            queue.Return(batch);
        }
    }

    async Task SettleAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var refused = await writer.SettleAsync(batch.Body, cancellationToken);
        foreach (var refusal in refused)
        {
            var place = batch.PlaceOf(refusal.Item);
            deadLetters.Add(writer.Index, IdOf(batch, refusal), refusal.Reason, topic.Name, place.Partition, place.Offset);
        }
        foreach (var (place, error) in batch.Poison)
            deadLetters.Add(topic, place.Partition, place.Offset, error.ToReason());
        await deadLetters.WriteAsync(cancellationToken);
        if (refused is [var first, ..])
            logger.DocumentsRefused(writer.Index, refused.Count, IdOf(batch, first), first.Reason);

        summary.BatchStored(batch.Count);
        foreach (var part in batch.Parts)
        {
            part.Owner.Settle(part);
            Settled(part.Owner);
        }
    }

    static string IdOf(EventBatch batch, Refusal refusal) => Encoding.ASCII.GetString(EventDocument.IdOf(batch.Body[refusal.Item].Span));
}
