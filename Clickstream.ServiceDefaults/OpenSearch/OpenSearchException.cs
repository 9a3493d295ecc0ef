using System.Net;

namespace Clickstream.ServiceDefaults;

/// <summary>OpenSearch refused a request.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="type">OpenSearch's name of the error, such as <c>index_not_found_exception</c>; empty where the answer had none.</param>
/// <param name="reason">What OpenSearch, or whoever answered in its place, says.</param>
public sealed class OpenSearchException(HttpStatusCode status, string type, string reason)
    : Exception($"HTTP {(int)status}{(type.Length > 0 ? $", {type}" : "")}{(reason.Length > 0 ? $": {reason}" : "")}")
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>OpenSearch's name of the error; empty where the answer had none.</summary>
    public string Type { get; } = type;

    /// <summary>What was said to explain it.</summary>
    public string Reason { get; } = reason;
}
