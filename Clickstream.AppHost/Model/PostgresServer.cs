using System.Globalization;
using Clickstream.AppHost.Settings;

namespace Clickstream.AppHost.Model;

/// <summary>PostgreSQL, connection name <c>clickstream</c>: the database, not the server.</summary>
sealed class PostgresServer(IDistributedApplicationBuilder builder) : Server(builder, "clickstream")
{
    const int Port = 5432;

    public void RunAsContainer() => Use(Builder.AddPostgres("postgres", port: Port)
        // Before the volume, whose place in the container depends on it.
        .WithImageTag(ImageTags.PostgreSql)
        .WithDataVolume("clickstream-postgres")
        .WithLifetime(ContainerLifetime.Persistent)
        // Aspire makes the database where it runs the container, and not where that was published to.
        .WithEnvironment("POSTGRES_DB", Name)
        .WithPgWeb(static web => web
            .WithImageTag(ImageTags.PgWeb)
            .WithLifetime(ContainerLifetime.Persistent)
            .WithUrlForEndpoint("http", static url => url.DisplayText = "pgweb"))
        .AddDatabase(Name));

    public void RunOnAiven(AivenProject aiven)
    {
        var postgres = aiven.Outputs.Postgres;
        var port = postgres.Port.ToString(CultureInfo.InvariantCulture);
        var password = aiven.Secret("postgres-password", ConnectionText.PostgresValue(postgres.Password));
        UseAiven(aiven, ReferenceExpression.Create(
            $"Host={postgres.Host};Port={port};Username={postgres.User};Password={password};Database={postgres.Database};SSL Mode=VerifyFull"),
            static checks => checks.PostgreSql());
        WithSecret("Postgres__SslCaPem", aiven.PostgresAuthority);
    }

    public void RunEmbedded(EmbeddedInfrastructure local) => UseEmbedded(local);

    /// <summary>The dashboard's commands on the data.</summary>
    /// <param name="kafka">Its topic belongs to the data.</param>
    /// <param name="search">Its indices, too.</param>
    /// <param name="workers">Stopped while data are deleted.</param>
    public void WithDataCommands(KafkaServer kafka, SearchServer? search, IReadOnlyList<IResourceBuilder<ProjectResource>> workers)
    {
        if (Builder.ExecutionContext.IsRunMode)
            DataCommands.AddTo(Connection, search is null ? [kafka, this] : [kafka, this, search], workers);
    }
}
