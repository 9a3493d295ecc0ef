using Clickstream.Core.Settings;
using StackExchange.Redis;

namespace Clickstream.ServiceDefaults;

/// <summary>How Valkey is reached: the user's connection string, and whom to trust where that asks for TLS.</summary>
sealed class ValkeyConnection
{
    ValkeyConnection(ConfigurationOptions options) => Options = options;

    /// <summary>For StackExchange.Redis.</summary>
    public ConfigurationOptions Options { get; }

    public static ValkeyConnection From(ServiceContext context, ValkeyOptions valkey)
    {
        var options = Parse(context);
        var (_, authorities) = context.Certificates("Valkey:SslCaPem", valkey.SslCaPem);
        if (authorities.Count > 0 && !options.Ssl)
            context.Refuse("Valkey:SslCaPem is set, and ConnectionStrings:valkey does not ask for TLS; add ssl=true to it");
        options.ClientName = context.ServiceName;
        var trust = new ServerTrust("Valkey", "Valkey:SslCaPem", authorities, withSystem: true);
        options.CertificateValidation += trust.Validate;
        return new(options);
    }

    /// <summary>The password is a secret.</summary>
    public override string ToString() => string.Join(',', Options.EndPoints);

    static ConfigurationOptions Parse(ServiceContext context)
    {
        var text = context.ConnectionString("valkey", "Valkey's host:port");
        try
        {
            // A URI would be taken for a host's name, password and all.
            if (!text.Contains("://", StringComparison.Ordinal))
                return ConfigurationOptions.Parse(text);
        }
        catch (ArgumentException)
        {
            // Its message may quote the value.
        }
        context.Refuse("ConnectionStrings:valkey is not of the form host:port,user=...,password=...,ssl=true");
        return new();
    }
}
