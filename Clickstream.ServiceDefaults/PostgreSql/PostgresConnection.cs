using System.Security.Cryptography.X509Certificates;
using Clickstream.Core.Settings;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Clickstream.ServiceDefaults;

/// <summary>How PostgreSQL is reached: the user's connection string, with what suits the services where it says nothing.</summary>
sealed class PostgresConnection
{
    /// <summary>Of the connection string.</summary>
    public const string Name = "clickstream";

    readonly NpgsqlConnectionStringBuilder _settings;
    readonly X509Certificate2Collection _authorities;

    PostgresConnection(NpgsqlConnectionStringBuilder settings, X509Certificate2Collection authorities) =>
        (_settings, _authorities) = (settings, authorities);

    public string ConnectionString => _settings.ConnectionString;

    /// <summary>Certificate and host name are verified.</summary>
    public bool IsVerified => _settings.SslMode == SslMode.VerifyFull;

    public static PostgresConnection From(ServiceContext context, PostgresOptions options)
    {
        var settings = Parse(context);
        var (_, authorities) = context.Certificates("Postgres:SslCaPem", options.SslCaPem);
        settings.SearchPath = options.Schema;
        settings.ApplicationName = context.ServiceName;
        settings.Timezone = "UTC";
        // Details quote rows; errors end in logs.
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        SetUnlessGiven("Timeout", 5);
        SetUnlessGiven("Keepalive", 30);
        // More than a consumer may be told to store on, and a few for all else.
        SetUnlessGiven("Maximum Pool Size", ConsumerOptions.MaxConnections + 8);

        if (authorities.Count > 0)
        {
            CheckTls(context, settings);
            SetUnlessGiven("SSL Mode", SslMode.VerifyFull);
        }
        return new(settings, authorities);

        void SetUnlessGiven(string keyword, object value)
        {
            if (!settings.ShouldSerialize(keyword))
                settings[keyword] = value;
        }
    }

    public NpgsqlDataSource CreateDataSource(ILoggerFactory loggers)
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionString).UseLoggerFactory(loggers);
        Configure(builder);
        return builder.Build();
    }

    /// <summary>What a connection string cannot say.</summary>
    public void Configure(NpgsqlDataSourceBuilder builder)
    {
        if (_settings is { SslMode: SslMode.VerifyFull, RootCertificate: null })
            UseOwnJudgement(builder);
        else if (_authorities.Count > 0)
            builder.UseRootCertificates(_authorities);
    }

    /// <summary>
    /// Npgsql's own says no more than that a certificate was rejected, and takes a CA from PGSSLROOTCERT or the user's folder, too. In place
    /// of it there can be another where it is off.
    /// </summary>
    void UseOwnJudgement(NpgsqlDataSourceBuilder builder)
    {
        var trust = new ServerTrust("PostgreSQL", "Postgres:SslCaPem", _authorities, withSystem: false);
        builder.ConnectionStringBuilder.SslMode = SslMode.Require;
        builder.UseSslClientAuthenticationOptionsCallback(tls =>
        {
            // Also where it is an address, which Npgsql would not ask for by name.
            if (string.IsNullOrEmpty(tls.TargetHost))
                tls.TargetHost = _settings.Host;
            tls.RemoteCertificateValidationCallback = trust.Validate;
        });
    }

    /// <summary>A CA that is given and not used would be a false comfort.</summary>
    static void CheckTls(ServiceContext context, NpgsqlConnectionStringBuilder settings)
    {
        if (settings.ShouldSerialize("SSL Mode") && settings.SslMode is not (SslMode.VerifyFull or SslMode.VerifyCA))
        {
            context.Refuse($"Postgres:SslCaPem is set, and ConnectionStrings:clickstream says SSL Mode={settings.SslMode}, which verifies nothing; "
                + "say SSL Mode=VerifyFull, or leave one of them out");
        }
        if (settings.RootCertificate is not null)
            context.Refuse("Postgres:SslCaPem is set, and ConnectionStrings:clickstream has a Root Certificate; leave one of them out");
    }

    static NpgsqlConnectionStringBuilder Parse(ServiceContext context)
    {
        var text = context.ConnectionString(Name, "PostgreSQL's connection string");
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException e)
        {
            // Npgsql names the keyword and never the value.
            context.Refuse("ConnectionStrings:clickstream is not of the form Host=...;Port=...;Username=...;Password=...;Database=...: "
                + e.Message.ReplaceLineEndings(" "));
            return new NpgsqlConnectionStringBuilder();
        }
    }
}
