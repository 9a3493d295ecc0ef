using Clickstream.Core.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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

        builder.Services.AddSingleton(services => connection.CreateDataSource(services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddHealthChecks().AddCheck<PostgresHealthCheck>("postgresql", timeout: TimeSpan.FromSeconds(5));
        return builder;
    }
}
