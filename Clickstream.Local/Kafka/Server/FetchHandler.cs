using Clickstream.Local.Kafka.Log;
using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Server;

/// <summary>
/// Serves records. A fetch that finds less than the client wants waits for appends to its partitions, without a thread and without
/// holding up other connections; on its own connection answers keep their order, as Kafka's do.
/// </summary>
sealed class FetchHandler(TopicStore topics, TimeProvider time)
{
    /// <summary>No response is larger, whatever the client allows (Kafka's fetch.max.bytes); a single batch may be.</summary>
    const int MaxResponseBytes = 55 * 1024 * 1024;

    public ValueTask<IKafkaResponse?> FetchAsync(FetchRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        // Sessions are never opened, which a broker is free to do: every fetch names all its partitions.
        if (request.SessionId != 0) return ValueTask.FromResult<IKafkaResponse?>(new FetchResponse(ErrorCode.FetchSessionIdNotFound, []));
        var response = Plan(request, out var enough);
        return enough || request.MaxWaitMs <= 0
            ? ValueTask.FromResult<IKafkaResponse?>(response)
            : WaitAsync(request, cancellationToken);
    }

    async ValueTask<IKafkaResponse?> WaitAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        var waiter = new AppendWaiter();
        var logs = Logs(request);
        foreach (var log in logs) log.AddWaiter(waiter);
        var expired = false;
        await using var timer = time.CreateTimer(
            _ =>
            {
                Volatile.Write(ref expired, true);
                waiter.Signal();
            },
            null,
            TimeSpan.FromMilliseconds(request.MaxWaitMs),
            Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                // Looking comes after the reset, so that an append in between is either seen or wakes the wait.
                waiter.Reset();
                var done = Volatile.Read(ref expired);
                var response = Plan(request, out var enough);
                if (enough || done) return response;
                await waiter.Signalled.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            foreach (var log in logs) log.RemoveWaiter(waiter);
        }
    }

    // What there is now. An error is enough too: the client is to hear of it at once.
    FetchResponse Plan(FetchRequest request, out bool enough)
    {
        var limit = Math.Min(request.MaxBytes, MaxResponseBytes);
        var total = 0;
        var failed = false;
        var response = new FetchResponse(ErrorCode.None, new(request.Topics.Count));
        foreach (var requested in request.Topics)
        {
            var topic = Find(requested);
            var unknown = topic is null && requested.Name is null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
            var partitions = new List<FetchResponse.Partition>(requested.Partitions.Count);
            foreach (var partition in requested.Partitions)
            {
                var result = topic?.Partition(partition.Index) is { } log
                    ? log.Read(partition.FetchOffset, Math.Min(partition.MaxBytes, limit - total), atLeastOneBatch: total == 0)
                    : new(unknown, -1, -1, default);
                total += result.Records.Length;
                failed |= result.Error != ErrorCode.None;
                partitions.Add(new(partition.Index, result.Error, result.HighWatermark, result.LogStartOffset, result.Records));
            }

            response.Topics.Add(new(requested.Name, requested.Id, partitions));
        }

        enough = failed || total >= request.MinBytes || request.Topics.Count == 0;
        return response;
    }

    List<PartitionLog> Logs(FetchRequest request) =>
        [.. request.Topics.SelectMany(t => t.Partitions.Select(p => Find(t)?.Partition(p.Index))).OfType<PartitionLog>()];

    Topic? Find(in FetchRequest.Topic topic) => topic.Name is { } name ? topics.Find(name) : topics.Find(topic.Id);
}
