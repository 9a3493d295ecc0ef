using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Queries;

/// <summary>Days begin at midnight UTC here; whoever asks for another zone is told so.</summary>
static class TimeZones
{
    public static void RequireUtc(JsonElement zone)
    {
        if (JsonBody.Text(zone) is not ("UTC" or "Z" or "GMT" or "Etc/UTC" or "+00:00" or "-00:00" or "Etc/GMT"))
            throw SearchException.IllegalArgument($"[time_zone] {zone.GetRawText()} is not supported by this node; it knows UTC");
    }
}
