namespace Clickstream.Core.Settings;

/// <summary>Section <c>Producer</c>: what is replayed, and how fast.</summary>
/// <param name="File">A RetailRocket-shaped CSV file, plain or gzip.</param>
/// <param name="Offset">Rows to skip at the start of the file.</param>
/// <param name="Limit">The most rows to read after that; null means all.</param>
/// <param name="Speed">0: as fast as possible; 1: in event time; 5: five times faster than event time.</param>
/// <param name="Strict">A bad row stops the run.</param>
/// <param name="Remote">Nothing is replayed by itself: the service stays, and sends what its HTTP endpoints are told to send.</param>
public sealed record ProducerOptions(string? File, long Offset, long? Limit, double Speed, bool Strict, bool Remote = false)
{
    /// <summary>Reads the section.</summary>
    public static ProducerOptions Read(SettingsReader settings)
    {
        var limit = settings.Integer("Producer:Limit", -1, 0, long.MaxValue);
        return new(
            settings.Text("Producer:File"),
            settings.Integer("Producer:Offset", 0, 0, long.MaxValue),
            limit < 0 ? null : limit,
            settings.Number("Producer:Speed", 0, 0, 1_000_000),
            settings.Flag("Producer:Strict", false),
            settings.Flag("Producer:Remote", false));
    }
}
