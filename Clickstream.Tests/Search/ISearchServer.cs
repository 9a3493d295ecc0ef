namespace Clickstream.Tests.Search;

/// <summary>A server that speaks OpenSearch's REST, shared by the tests of a run: each has indices of its own.</summary>
public interface ISearchServer
{
    /// <summary>Starts it if nobody has.</summary>
    Task<Uri> StartedAsync(CancellationToken cancellationToken);
}
