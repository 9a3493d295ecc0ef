using System.Diagnostics.CodeAnalysis;

namespace Clickstream.Tests.Search.Contract;

/// <summary>
/// What the pipeline needs of a search engine, seen as raw JSON over HTTP: a class a family of APIs. Written once, run on the embedded
/// node and on OpenSearch: where the two differ, the embedded one is wrong.
/// </summary>
public abstract class SearchContract(ISearchServer server) : IAsyncLifetime
{
    /// <summary>An index of the test's own, which does not exist yet; names that begin with it are its own, too.</summary>
    protected string Index { get; } = UniqueName();

    protected SearchHttp Http { get; private set; } = null!;

    protected static string UniqueName() => "t-" + Guid.NewGuid().ToString("n");

    public virtual async ValueTask InitializeAsync() => Http = new(await server.StartedAsync(TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync()
    {
        // Null where the test was skipped.
        Http?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes the test's index, with fields (the members of <c>properties</c>) or none.</summary>
    protected async Task CreateIndex([StringSyntax(StringSyntaxAttribute.Json)] string properties = "{}", string dynamic = "true") =>
        (await Http.PutAsync(Index, $$$"""
            {"settings":{"number_of_replicas":0},"mappings":{"dynamic":"{{{dynamic}}}","properties":{{{properties}}}}}
            """)).Is(200, """{"acknowledged":true}""");

    /// <summary>Stores documents with the ids 1, 2, ... and makes them visible.</summary>
    protected async Task IndexDocuments(params string[] sources) =>
        (await Http.BulkAsync($"{Index}/_bulk?refresh=true", BulkLines.Numbered(sources))).Is(200, """{"errors":false}""");

    protected Task<Answer> Search([StringSyntax(StringSyntaxAttribute.Json)] string body) => Http.PostAsync($"{Index}/_search", body);
}
