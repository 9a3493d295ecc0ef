namespace Clickstream.Consumer.Storage;

/// <summary>Between Unix milliseconds and the UTC <see cref="DateTime"/> that Npgsql maps to timestamptz.</summary>
static class PostgresTime
{
    public static DateTime FromUnixMilliseconds(long milliseconds) => DateTime.UnixEpoch.AddTicks(milliseconds * TimeSpan.TicksPerMillisecond);

    public static long ToUnixMilliseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
}
