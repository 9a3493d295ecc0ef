using Clickstream.Core.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>Registers what a service needs to talk to OpenSearch.</summary>
public static class OpenSearchExtensions
{
    /// <summary>
    /// Adds <see cref="OpenSearchClient"/>, <see cref="OpenSearchRetry"/>, <see cref="SearchIndices"/>, <see cref="OpenSearchOptions"/>
    /// and a health check, from <c>ConnectionStrings:opensearch</c> and the section <c>OpenSearch</c>.
    /// </summary>
    public static WebApplicationBuilder AddOpenSearch(this WebApplicationBuilder builder)
    {
        var context = ServiceContext.Of(builder);
        var options = builder.AddSettings(OpenSearchOptions.Read);
        var connection = OpenSearchConnection.From(context, options);

        builder.Services.AddSingleton(_ => new OpenSearchClient(connection));
        builder.Services.AddSingleton(services => new OpenSearchRetry(services.GetRequiredService<OpenSearchClient>(),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<OpenSearchRetry>>()));
        builder.Services.AddSingleton(services => new SearchIndices(services.GetRequiredService<OpenSearchClient>(), options.IndexPrefix));
        builder.Services.AddHealthChecks().AddCheck<OpenSearchHealthCheck>("opensearch", timeout: TimeSpan.FromSeconds(5));
        return builder;
    }
}
