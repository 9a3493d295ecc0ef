using System.Diagnostics.CodeAnalysis;

namespace Clickstream.Tests.Search.Contract;

/// <summary>Tests that ask the documents of <see cref="Shop"/>.</summary>
public abstract class ShopContract(ISearchServer server) : SearchContract(server)
{
    string _index = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _index = await Shop.StoredAsync(Http);
    }

    /// <summary>Asks <c>_search</c>.</summary>
    protected Task<Answer> Ask([StringSyntax(StringSyntaxAttribute.Json)] string body) => Http.PostAsync($"{_index}/_search", body);

    /// <summary>Asks <c>_count</c>.</summary>
    protected Task<Answer> Count([StringSyntax(StringSyntaxAttribute.Json)] string body) => Http.PostAsync($"{_index}/_count", body);

    /// <summary>Asks <c>_search</c> by the parameters of its address.</summary>
    protected Task<Answer> AskByAddress(string parameters) => Http.GetAsync($"{_index}/_search?{parameters}");

    /// <summary>Checks which documents a query finds, by <c>_search</c> and by <c>_count</c>.</summary>
    protected async Task Finds([StringSyntax(StringSyntaxAttribute.Json)] string query, string ids)
    {
        var found = (await Ask($$"""{"query":{{query}},"size":100}""")).Is(200);
        var expected = ids.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Order(), found.HitIds.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.Equal(expected.Length, found.Total);
        Assert.Equal(expected.Length, (int)(await Count($$"""{"query":{{query}}}""")).Is(200).Json["count"]!);
    }
}
