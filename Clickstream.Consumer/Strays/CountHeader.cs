using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Clickstream.Consumer.Strays;

/// <summary>
/// The header of a record that was sent on: the partition count by which its home was found, in decimal ASCII. Anybody can write
/// one, so all it decides is whether a record away from home is worth another journey.
/// </summary>
static class CountHeader
{
    public const string Name = "clickstream-partition-count";

    public static Headers For(int partitionCount) =>
        new() { { Name, Encoding.ASCII.GetBytes(partitionCount.ToString(CultureInfo.InvariantCulture)) } };

    /// <summary>The count; null where there is no such header, or none that we have written.</summary>
    public static int? Read(Headers? headers) =>
        headers is not null && headers.TryGetLastBytes(Name, out var value) && value is not null
        && Utf8Parser.TryParse(value, out int count, out var length) && length == value.Length
            ? count
            : null;
}
