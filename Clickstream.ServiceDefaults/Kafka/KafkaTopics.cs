using System.Buffers.Binary;
using Clickstream.Core.Errors;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>A topic as the brokers describe it.</summary>
/// <param name="Id">Tells a topic from one of the same name made after it was deleted.</param>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">How many partitions it has now; the count only grows.</param>
public sealed record KafkaTopic(Guid Id, string Name, int PartitionCount);

/// <summary>Looks topics up and creates what is missing.</summary>
public sealed class KafkaTopics
{
    static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);
    static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan s_maxDelay = TimeSpan.FromSeconds(2);
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(4);

    readonly KafkaClients _clients;
    readonly TimeProvider _time;
    readonly ILogger _logger;

    internal KafkaTopics(KafkaClients clients, TimeProvider time, ILogger<KafkaTopics> logger)
    {
        _clients = clients;
        _time = time;
        _logger = logger;
    }

    /// <summary>Looks a topic up.</summary>
    /// <returns>Null where there is none of this name.</returns>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    /// <exception cref="ClickstreamException">TLS fails, and will not mend by itself.</exception>
    public async Task<KafkaTopic?> DescribeAsync(string name, CancellationToken cancellationToken)
    {
        var description = DescribeOnceAsync(name, cancellationToken);
        await Task.WhenAny(description, _clients.Refused);
        // What one broker refused another may grant: an answer that is about to come counts more.
        if (!description.IsCompleted)
            await Task.WhenAny(description, Task.Delay(s_grace, _time, cancellationToken));
        if (description.IsCompleted || _clients.LastProblem is not { } problem)
        {
            var topic = await description;
            _clients.ForgetProblem();
            return topic;
        }
        // It will fail by its time limit, and nobody waits for that.
        _ = description.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw await KafkaRefusal.ExplainAsync(problem.Broker, problem.Reason, _clients.Connection, cancellationToken);
    }

    /// <summary>Brokers have taken what was sent to them: what one of them refused before is over.</summary>
    public void ForgetRefusal() => _clients.ForgetProblem();

    async Task<KafkaTopic?> DescribeOnceAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _clients.Admin
                .DescribeTopicsAsync(TopicCollection.OfTopicNames([name]), new DescribeTopicsOptions { RequestTimeout = s_requestTimeout })
                .WaitAsync(cancellationToken);
            var topic = result.TopicDescriptions[0];
            return new(ToGuid(topic.TopicId), name, topic.Partitions.Count);
        }
        catch (DescribeTopicsException e) when (e.Results.TopicDescriptions is [{ Error.IsError: true } topic])
        {
            return topic.Error.Code == ErrorCode.UnknownTopicOrPart ? null : throw new KafkaException(topic.Error, e);
        }
    }

    /// <summary>
    /// Creates the topic unless it is there. While the brokers cannot be reached or are not ready, it retries, and says so every few seconds.
    /// </summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitions">How many partitions it gets where it must be created; a topic that is there is left as it is.</param>
    /// <param name="cancellationToken">Ends the retrying.</param>
    /// <exception cref="ClickstreamException">The brokers refuse for good.</exception>
    public Task<KafkaTopic> EnsureExistsAsync(string name, int partitions, CancellationToken cancellationToken) =>
        RetryAsync(name, partitions, cancellationToken);

    /// <summary>
    /// Waits until the topic is there, however long that takes: whoever deleted it will make it anew as he wants it. Says every few
    /// seconds what it waits for.
    /// </summary>
    public Task<KafkaTopic> WaitUntilExistsAsync(string name, CancellationToken cancellationToken) => RetryAsync(name, null, cancellationToken);

    async Task<KafkaTopic> RetryAsync(string name, int? partitionsToCreate, CancellationToken cancellationToken)
    {
        var delay = s_firstDelay;
        var lastReport = _time.GetTimestamp();
        while (true)
        {
            Error problem;
            try
            {
                if (await DescribeAsync(name, cancellationToken) is { PartitionCount: > 0 } topic)
                    return topic;
                problem = partitionsToCreate is { } count
                    ? await CreateAsync(name, count, cancellationToken)
                    : new Error(ErrorCode.UnknownTopicOrPart, "it does not exist");
                // What was created is seen by the brokers' metadata a moment later.
                if (!problem.IsError)
                    continue;
            }
            catch (KafkaException e)
            {
                problem = e.Error;
            }
            if (IsFinal(problem.Code))
                throw new ClickstreamException(ExitCode.Unavailable, Refusal(name, partitionsToCreate, problem));
            if (_time.GetElapsedTime(lastReport) >= s_reportInterval)
            {
                lastReport = _time.GetTimestamp();
                if (problem.IsLocalError)
                    _clients.ReportUnreachable(problem.Reason);
                else if (partitionsToCreate is null)
                    ServiceLog.WaitsForTopic(_logger, name, problem.Reason);
                else
                    ServiceLog.TopicNotReady(_logger, name, problem.Reason);
            }
            await Task.Delay(delay, _time, cancellationToken);
            delay = delay * 2 < s_maxDelay ? delay * 2 : s_maxDelay;
        }
    }

    string Refusal(string name, int? partitions, Error problem) =>
        $"Kafka at {_clients.BootstrapServers} refuses topic {name}{(partitions is { } count ? $" with {count} partitions" : "")}: {problem.Reason}";

    /// <summary>The 16 bytes of Kafka's id in their order on the wire, so that its text is the UUID that other tools print in hexadecimal.</summary>
    internal static Guid ToGuid(Uuid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id.MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], id.LeastSignificantBits);
        return new Guid(bytes, bigEndian: true);
    }

    /// <returns>What stood in the way; no error where the topic is there now.</returns>
    async Task<Error> CreateAsync(string name, int partitions, CancellationToken cancellationToken)
    {
        try
        {
            // A replication factor of -1 is the brokers' default.
            await _clients.Admin
                .CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = -1 }],
                    new CreateTopicsOptions { RequestTimeout = s_requestTimeout, OperationTimeout = s_requestTimeout })
                .WaitAsync(cancellationToken);
            ServiceLog.TopicCreated(_logger, name, partitions);
            return new Error(ErrorCode.NoError);
        }
        catch (CreateTopicsException e) when (e.Results is [var result])
        {
            // That it exists already is no error, but no reason to hurry either: it may be on its way out.
            return result.Error;
        }
    }

    // Retrying does not change these.
    static bool IsFinal(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.PolicyViolation or ErrorCode.InvalidPartitions or ErrorCode.TopicException or ErrorCode.InvalidConfig
        or ErrorCode.UnsupportedVersion or ErrorCode.InvalidRequest;
}
