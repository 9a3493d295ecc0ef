using System.Diagnostics;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Clickstream.Cli.Kafka;

/// <summary>Makes a topic empty by deleting it and making it anew.</summary>
static class TopicReset
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Deletes the topic, if it is there, and creates it.</summary>
    /// <returns>The new topic.</returns>
    public static async Task<KafkaTopic> RunAsync(
        KafkaClients kafka, KafkaTopics topics, string name, int partitions, CancellationToken cancellationToken)
    {
        await DeleteAsync(kafka, topics, name, cancellationToken);
        return await topics.EnsureExistsAsync(name, partitions, cancellationToken);
    }

    /// <summary>Deletes the topic, if it is there, and waits until it is gone.</summary>
    public static async Task DeleteAsync(KafkaClients kafka, KafkaTopics topics, string name, CancellationToken cancellationToken)
    {
        if (await topics.DescribeAsync(name, cancellationToken) is not { } old)
            return;
        await DeleteAsync(kafka.Admin, name, cancellationToken);
        await WaitUntilGoneAsync(kafka, topics, old, cancellationToken);
    }

    static async Task DeleteAsync(IAdminClient admin, string name, CancellationToken cancellationToken)
    {
        try
        {
            var options = new DeleteTopicsOptions { RequestTimeout = s_limit, OperationTimeout = s_limit };
            await admin.DeleteTopicsAsync([name], options).WaitAsync(cancellationToken);
        }
        catch (DeleteTopicsException e) when (e.Results is [{ Error.Code: ErrorCode.UnknownTopicOrPart }])
        {
            // Somebody else was faster.
        }
        catch (DeleteTopicsException e) when (e.Results is [{ Error: { Code: not ErrorCode.Local_TimedOut } refusal }])
        {
            throw new ClickstreamException(ExitCode.Unavailable, $"Kafka refuses to delete topic {name}: {refusal.Reason}", e);
        }
    }

    static async Task WaitUntilGoneAsync(KafkaClients kafka, KafkaTopics topics, KafkaTopic old, CancellationToken cancellationToken)
    {
        // A cluster tells its brokers one after the other.
        var start = Stopwatch.GetTimestamp();
        while (await topics.DescribeAsync(old.Name, cancellationToken) is { } topic && topic.Id == old.Id)
        {
            if (Stopwatch.GetElapsedTime(start) > s_limit)
            {
                throw new ClickstreamException(ExitCode.Unavailable,
                    $"Kafka at {kafka.BootstrapServers} has not deleted topic {old.Name} within {s_limit.TotalSeconds:0} s");
            }
            await Task.Delay(s_pause, cancellationToken);
        }
    }
}
