using Clickstream.Cli.Output;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using StackExchange.Redis;

namespace Clickstream.Cli.Checks;

/// <summary>Valkey: reached, verified, and the password is right.</summary>
static class ValkeyCheck
{
    const int ConnectMilliseconds = 4_000;

    /// <summary>What the server's answers to a wrong password begin with.</summary>
    static readonly string[] s_refusals = ["WRONGPASS", "NOAUTH"];

    public static async Task RunAsync(PipelineSettings settings, Clients clients, CheckLines lines, CancellationToken cancellationToken)
    {
        if (settings.ValkeyConnection is not { } server)
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
            lines.Passed($"Valkey (Redis {version}) at {Addresses.OfValkey(server.Text)}: {(options.Ssl ? "TLS, verified" : "without TLS")}");
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
        List<string> messages = [];
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
            messages.Add(cause.Message.ReplaceLineEndings(" "));
        foreach (var code in s_refusals)
        {
            if (messages.Select(message => message.IndexOf(code, StringComparison.Ordinal) is >= 0 and var at ? message[at..] : null).FirstOrDefault(static text => text is not null) is { } refusal)
                return $"Valkey refuses: {refusal.TrimEnd('.')}; check user and password in ConnectionStrings:valkey";
        }
        return $"Valkey cannot be reached: {messages[^1]}";
    }
}
