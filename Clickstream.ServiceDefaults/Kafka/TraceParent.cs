using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// A span's context in a record's header, as W3C Trace Context writes it: <c>traceparent</c>, <c>00-TRACE-SPAN-FLAGS</c> in hexadecimal.
/// A few records carry one: a span a record would be more than the records themselves.
/// </summary>
public static class TraceParent
{
    /// <summary>The header's name.</summary>
    public const string Header = "traceparent";

    /// <summary>Headers for a record that a span is about.</summary>
    public static Headers HeadersOf(Activity span) => new() { { Header, Encoding.ASCII.GetBytes(span.Id!) } };

    /// <summary>Reads the context that a record carries.</summary>
    /// <returns>False where there is none, or none that can be understood.</returns>
    public static bool TryRead(Headers? headers, out ActivityContext context)
    {
        if (headers is { Count: > 0 } && headers.TryGetLastBytes(Header, out var bytes)
            && ActivityContext.TryParse(Encoding.ASCII.GetString(bytes), null, isRemote: true, out context))
            return true;
        context = default;
        return false;
    }
}
