using System.Globalization;
using System.Text.Json;
using Clickstream.Local.Search.Json;

namespace Clickstream.Local.Search.Queries;

/// <summary>Time zones as requests name them: UTC, or an offset from it. One with a summer time is not known here.</summary>
static class TimeZones
{
    /// <summary>How far the zone is ahead of UTC.</summary>
    public static TimeSpan Parse(JsonElement zone)
    {
        var text = JsonBody.Text(zone) ?? "";
        if (text is "UTC" or "Z" or "GMT" or "Etc/UTC" or "Etc/GMT")
            return TimeSpan.Zero;
        if (text.Length == 6 && text[0] is '+' or '-' && TimeSpan.TryParseExact(text[1..], "hh\\:mm", CultureInfo.InvariantCulture, out var offset))
            return text[0] == '-' ? -offset : offset;
        throw SearchException.IllegalArgument($"[time_zone] {zone.GetRawText()} is not supported by this node; it knows UTC and offsets such as +02:00");
    }

    /// <summary>Histograms divide the days of UTC.</summary>
    public static void RequireUtc(JsonElement zone)
    {
        if (Parse(zone) != TimeSpan.Zero)
            throw SearchException.IllegalArgument($"[time_zone] {zone.GetRawText()} is not supported by this node; it knows UTC");
    }
}
