using System.Globalization;
using System.Text;
using Clickstream.Consumer.Batching;
using Clickstream.Consumer.Lanes;
using Clickstream.Consumer.Telemetry;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Core.Partitioning;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;

namespace Clickstream.Consumer.Strays;

/// <summary>
/// Sends records that are away from home on to the partition of their visitor, where they are stored like any other: two lanes with
/// one visitor would both be wrong about the visitor's sessions. This comes before the transaction that moves their lane past them,
/// so none is lost; a second arrival, should that transaction fail, is a duplicate and changes nothing. Serves all storing loops.
/// </summary>
sealed class StrayForwarder : IDisposable
{
    static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(2);
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);

    /// <summary>The partition count by which the record's home was found, in decimal ASCII: for whoever wonders how it came there.</summary>
    public const string CountHeader = "clickstream-partition-count";

    /// <summary>So many of a batch at a time. What the client's own queue does not take is sent again.</summary>
    const int MaxInFlight = 50_000;

    readonly KafkaClients _kafka;
    readonly RegisteredTopic _topic;
    readonly ConsumerMetrics _metrics;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Headers _headers;

    /// <summary>Made for the first stray: most consumers never meet one.</summary>
    readonly Lazy<IProducer<byte[], byte[]?>> _producer;
    readonly Lock _reporting = new();
    long? _reportedAt;
    long _unreported;

    public StrayForwarder(KafkaClients kafka, RegisteredTopic topic, ConsumerMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_kafka, _topic, _metrics, _time, _logger) = (kafka, topic, metrics, time, logger);
        _headers = new() { { CountHeader, Encoding.ASCII.GetBytes(topic.PartitionCount.ToString(CultureInfo.InvariantCulture)) } };
        _producer = new(CreateProducer);
    }

    /// <summary>
    /// Sends the batch's records at the given indexes on, and waits until all are acknowledged, for as long as the brokers take. A
    /// record is sent on once, however often its batch has to be tried again.
    /// </summary>
    /// <returns>The indexes of those that Kafka does not take: dead letters from now on.</returns>
    /// <exception cref="ClickstreamException">The brokers refuse for a reason that no repetition mends.</exception>
    public async Task<IReadOnlyList<int>> ForwardAsync(Batch batch, IReadOnlyList<int> strays, CancellationToken cancellationToken)
    {
        var refused = new List<int>();
        foreach (var some in strays.Chunk(MaxInFlight))
            await ForwardSomeAsync(batch, some, refused, cancellationToken);
        _metrics.Forwarded(strays.Count - refused.Count);
        Report(strays.Count - refused.Count);
        return refused;
    }

    public void Dispose()
    {
        if (_producer.IsValueCreated)
            _producer.Value.Dispose();
    }

    async Task ForwardSomeAsync(Batch batch, IReadOnlyCollection<int> strays, List<int> refused, CancellationToken cancellationToken)
    {
        var delay = s_firstDelay;
        var waiting = strays;
        while (waiting.Count > 0)
        {
            Error? problem = null;
            foreach (var (index, error) in await SendAsync(batch, waiting, cancellationToken))
            {
                // The brokers judge batches of records, so this one may have failed for its neighbours. Alone it has none.
                var outcome = IsRefusal(error.Code) ? await SendAloneAsync(batch, index, cancellationToken) : error;
                if (outcome is not null && IsRefusal(outcome.Code))
                {
                    batch[index].Error = EventError.SentOnInVain;
                    refused.Add(index);
                }
                problem = outcome ?? problem;
            }
            waiting = [.. waiting.Where(index => batch[index] is { IsForwarded: false, Error: EventError.AwayFromHome })];
            if (waiting.Count == 0 || problem is null)
                return;
            if (IsFinal(problem.Code))
            {
                throw new ClickstreamException(ExitCode.Unavailable,
                    $"Kafka at {_kafka.BootstrapServers} refuses to take records of topic {_topic.Name} that are to be sent on to their visitor's partition: "
                    + $"{problem.Reason}; allow the consumer to write to the topic");
            }
            ReportProblem(problem);
            await Task.Delay(delay, _time, cancellationToken);
            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }
    }

    /// <returns>Why it was not acknowledged; null where it was.</returns>
    async Task<Error?> SendAloneAsync(Batch batch, int index, CancellationToken cancellationToken) =>
        await SendAsync(batch, [index], cancellationToken) is [var (_, error)] ? error : null;

    /// <summary>Sends records and waits for what becomes of each.</summary>
    /// <returns>Those that were not acknowledged.</returns>
    async Task<IReadOnlyList<(int Index, Error Error)>> SendAsync(Batch batch, IReadOnlyCollection<int> indexes, CancellationToken cancellationToken)
    {
        var sending = new Sending(indexes.Count);
        foreach (var index in indexes)
        {
            var visitor = batch[index].Event.VisitorId;
            var message = new Message<byte[], byte[]?>
            {
                Key = Encoding.ASCII.GetBytes(visitor.ToString(CultureInfo.InvariantCulture)),
                Value = batch.Value(batch[index]),
                Headers = _headers,
            };
            try
            {
                var home = new TopicPartition(_topic.Name, Murmur2.HomePartition(visitor, _topic.PartitionCount));
                _producer.Value.Produce(home, message, report => sending.Settle(index, report.Error));
            }
            catch (ProduceException<byte[], byte[]?> e)
            {
                sending.Settle(index, e.Error);
            }
        }
        var failures = await sending.Settled.WaitAsync(cancellationToken);
        var failed = failures.Select(static failure => failure.Index).ToHashSet();
        foreach (var index in indexes)
            batch[index].IsForwarded = !failed.Contains(index);
        return failures;
    }

    IProducer<byte[], byte[]?> CreateProducer() =>
        new ProducerBuilder<byte[], byte[]?>(new ProducerConfig(_kafka.Producer())
        {
            // A record that arrives twice is harmless, and idempotence has ways to fail for good.
            EnableIdempotence = false,
            // Any record that came through Kafka fits, with its header: how large one may be is the topic's business.
            MessageMaxBytes = 100_000_000,
            // Smaller than the client's own choice, since a topic may allow less.
            BatchSize = 64 * 1024,
            // Soon after partitions were added.
            TopicMetadataRefreshIntervalMs = 10_000,
        }).SetLogHandler(_kafka.OnLog).SetErrorHandler(_kafka.OnError).Build();

    void Report(int count)
    {
        lock (_reporting)
        {
            _unreported += count;
            if (_unreported == 0 || !IsTimeToReport())
                return;
            _logger.StraysForwarded(_topic.Name, _unreported);
            _unreported = 0;
        }
    }

    void ReportProblem(Error error)
    {
        lock (_reporting)
        {
            if (IsTimeToReport())
                _logger.StraysWait(_topic.Name, error.Reason);
        }
    }

    bool IsTimeToReport()
    {
        if (_reportedAt is { } last && _time.GetElapsedTime(last) < s_reportInterval)
            return false;
        _reportedAt = _time.GetTimestamp();
        return true;
    }

    // The record's own fault, whenever it is tried.
    static bool IsRefusal(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp
        or ErrorCode.PolicyViolation;

    static bool IsFinal(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed;

    /// <summary>Counts the answers for a number of records. They come on the client's callback thread.</summary>
    sealed class Sending(int count)
    {
        readonly TaskCompletionSource<IReadOnlyList<(int, Error)>> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly List<(int, Error)> _failures = [];
        int _open = count;

        public Task<IReadOnlyList<(int Index, Error Error)>> Settled => _settled.Task;

        public void Settle(int index, Error error)
        {
            lock (_failures)
            {
                if (error.IsError)
                    _failures.Add((index, error));
                if (--_open == 0)
                    _settled.SetResult(_failures);
            }
        }
    }
}
