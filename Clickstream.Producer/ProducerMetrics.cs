using System.Diagnostics.Metrics;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;

namespace Clickstream.Producer;

/// <summary>
/// What the producer has done so far, and the instruments that show it. An event costs no measurement: the instruments read the counts
/// when they are collected. Each count has one writer, the reading loop or the client's callback thread, and any number of readers.
/// </summary>
sealed class ProducerMetrics
{
    const string MeterName = "Clickstream.Producer";
    const string SentMessages = "messaging.client.sent.messages";
    const string RejectedEvents = "clickstream.producer.events.rejected";

    static readonly EventError[] s_errors = [.. Enum.GetValues<EventError>().Where(static error => error != EventError.None)];

    readonly long[] _rejectedBy = new long[s_errors.Length + 1];
    long _read;
    long _sent;
    long _rejected;

    public ProducerMetrics(IMeterFactory meters, KafkaOptions kafka)
    {
        var meter = meters.Create(MeterName);
        KeyValuePair<string, object?>[] tags =
        [
            new("messaging.system", "kafka"),
            new("messaging.operation.name", "send"),
            new("messaging.destination.name", kafka.Topic),
        ];
        meter.CreateObservableCounter(SentMessages, () => new Measurement<long>(Sent, tags), "{message}",
            "Events that the brokers have acknowledged.");
        meter.CreateObservableCounter(RejectedEvents, MeasureRejected, "{event}", "Rows that are not valid events.");
    }

    /// <summary>Rows read and either handed to the client or rejected.</summary>
    public long Read => Volatile.Read(ref _read);

    /// <summary>Events that the brokers have acknowledged.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Rows that are not valid events.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    public void RowRead() => Volatile.Write(ref _read, _read + 1);

    /// <summary>A full fence: the sender's waiting relies on it.</summary>
    public void EventAcknowledged() => Interlocked.Increment(ref _sent);

    public void RowRejected(EventError error)
    {
        Volatile.Write(ref _rejectedBy[(int)error], _rejectedBy[(int)error] + 1);
        Volatile.Write(ref _rejected, _rejected + 1);
        RowRead();
    }

    IEnumerable<Measurement<long>> MeasureRejected()
    {
        foreach (var error in s_errors)
        {
            if (Volatile.Read(ref _rejectedBy[(int)error]) is > 0 and var count)
                yield return new(count, new KeyValuePair<string, object?>("error.type", error.ToString()));
        }
    }
}
