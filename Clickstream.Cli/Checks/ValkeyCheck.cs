using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using StackExchange.Redis;

namespace Clickstream.Cli.Checks;

/// <summary>Valkey: reached, verified, and the password is right.</summary>
static class ValkeyCheck
{
    const int ConnectMilliseconds = 4_000;

    public static async Task RunAsync(PipelineSettings settings, Clients clients, CheckLines lines, CancellationToken cancellationToken)
    {
        if (settings.ValkeyConnection is null)
        {
            lines.Absent("Valkey is not configured");
            return;
        }
        var options = clients.ValkeyOptions();
        options.AbortOnConnectFail = true;
        options.ConnectTimeout = ConnectMilliseconds;
        options.ConnectRetry = 1;
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
            await connection.GetDatabase().PingAsync().WaitAsync(cancellationToken);
            var version = connection.GetServers()[0].Version;
            lines.Passed($"Valkey (Redis {version}) at {string.Join(',', options.EndPoints)}: {(options.Ssl ? "TLS, verified" : "without TLS")}");
        }
        catch (RedisException e)
        {
            throw new ClickstreamException(ExitCode.Unavailable, Describe(e), e);
        }
    }

    /// <summary>The client's own text is a paragraph; what the server or we have said is in its inside.</summary>
    static string Describe(RedisException e)
    {
        if (ServiceDefaults.ServerTrustException.Find(e) is { } distrust)
            return $"{distrust}; check ConnectionStrings:valkey and Valkey:SslCaPem";
        Exception cause = e;
        while (cause.InnerException is { } inner)
            cause = inner;
        return cause.Message.Contains("WRONGPASS", StringComparison.Ordinal) || cause.Message.Contains("NOAUTH", StringComparison.Ordinal)
            ? $"Valkey refuses: {cause.Message.ReplaceLineEndings(" ")}; check user and password in ConnectionStrings:valkey"
            : $"Valkey cannot be reached: {cause.Message.ReplaceLineEndings(" ")}";
    }
}
