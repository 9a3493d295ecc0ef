using Clickstream.Core.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Clickstream.ServiceDefaults;

/// <summary>Registers what a service needs to talk to PostgreSQL.</summary>
public static class PostgresExtensions
{
    /// <summary>
    /// Adds <see cref="Npgsql.NpgsqlDataSource"/>, <see cref="PostgresOptions"/> and a health check, from
    /// <c>ConnectionStrings:clickstream</c> and the section <c>Postgres</c>.
    /// </summary>
    public static WebApplicationBuilder AddPostgres(this WebApplicationBuilder builder)
    {
        var context = ServiceContext.Of(builder);
        var options = builder.AddSettings(PostgresOptions.Read);
        var connection = PostgresConnection.From(context, options);

        builder.AddNpgsqlDataSource(PostgresConnection.Name, settings =>
        {
            settings.ConnectionString = connection.ConnectionString;
            // Its spans are one a command: ours are one a batch, and say more. Its metrics are collected where there is somebody to
            // send them to, see Telemetry; asking for them here would set up a pipeline for nobody.
            settings.DisableTracing = true;
            settings.DisableMetrics = true;
        }, connection.Configure);
        return builder;
    }
}
