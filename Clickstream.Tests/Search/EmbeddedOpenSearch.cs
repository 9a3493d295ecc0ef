using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Search;

/// <summary>The search node of the Clickstream.Local that serves the whole test run.</summary>
sealed class EmbeddedOpenSearch(LocalInfrastructure local) : ISearchServer
{
    public Task<Uri> StartedAsync(CancellationToken cancellationToken) => local.OpenSearchUriAsync(cancellationToken);
}
