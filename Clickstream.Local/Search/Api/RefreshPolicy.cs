using Clickstream.Local.Search.Http;

namespace Clickstream.Local.Search.Api;

/// <summary>The parameter <c>refresh</c> of writes. Who wants to wait for the next refresh gets one at once.</summary>
static class RefreshPolicy
{
    public enum Kind
    {
        None,
        Immediate,
        WaitFor,
    }

    public static Kind Parse(RestRequest request) => request.Parameter("refresh") switch
    {
        null or "false" => Kind.None,
        "" or "true" => Kind.Immediate,
        "wait_for" => Kind.WaitFor,
        var other => throw SearchException.IllegalArgument($"Unknown value for refresh: [{other}]."),
    };
}
