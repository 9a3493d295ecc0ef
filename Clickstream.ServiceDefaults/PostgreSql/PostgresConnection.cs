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
            SetUnlessGiven("SSL Mode", SslMode.VerifyFull);
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
        if (_authorities.Count > 0)
            builder.UseRootCertificates(_authorities);
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
