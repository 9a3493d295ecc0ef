using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Search;

[assembly: AssemblyFixture(typeof(RealOpenSearch))]

namespace Clickstream.Tests.Search;

/// <summary>The one OpenSearch that serves the whole test run, started by the first test that asks for it.</summary>
public sealed class RealOpenSearch : ISearchServer, IAsyncDisposable
{
    readonly SharedProcess<RealOpenSearchProcess> _process = new(static folder => RealOpenSearchProcess.StartAsync(folder, FreePort.Next()));

    /// <summary>The server's address, or the test is skipped.</summary>
    public async Task<Uri> StartedAsync(CancellationToken cancellationToken)
    {
        RealOpenSearchProcess.SkipWithout();
        return (await _process.StartedAsync(cancellationToken)).Uri;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
