using System.Reflection;
using Confluent.Kafka;

namespace Clickstream.Consumer.Strays;

/// <summary>
/// Turns on the reading of headers in a consumer that runs. Only records away from home need theirs looked at, while reading them costs
/// a fifth of the consume loop's speed for every record; but the client takes the choice at its start only, as
/// <c>ConsumeResultFields</c>. So this sets the field behind that setting. A client without that field reads headers from the start.
/// </summary>
static class HeaderSwitch
{
    const string FieldName = "enableHeaderMarshaling";

    /// <summary>The fields to start with: without headers, where they can be turned on later.</summary>
    public static string FieldsAtStart<TKey, TValue>() => FieldOf(ConsumerType<TKey, TValue>()) is null ? "timestamp,headers" : "timestamp";

    /// <summary>From now on consumed records have their headers. To be called on the poll thread.</summary>
    public static void TurnOn<TKey, TValue>(IConsumer<TKey, TValue> consumer) => FieldOf(consumer.GetType())?.SetValue(consumer, true);

    static Type? ConsumerType<TKey, TValue>() =>
        typeof(IConsumer<,>).Assembly.GetType("Confluent.Kafka.Consumer`2")?.MakeGenericType(typeof(TKey), typeof(TValue));

    static FieldInfo? FieldOf(Type? consumer) =>
        consumer?.GetField(FieldName, BindingFlags.Instance | BindingFlags.NonPublic) is { } field && field.FieldType == typeof(bool) ? field : null;
}
