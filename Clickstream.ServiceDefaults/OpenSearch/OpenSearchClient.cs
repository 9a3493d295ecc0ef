using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Clickstream.ServiceDefaults;

/// <summary>What a cluster says of itself.</summary>
/// <param name="ClusterName">Its name.</param>
/// <param name="Version">Such as <c>2.19.0</c>.</param>
/// <param name="Distribution">Such as <c>opensearch</c>.</param>
public sealed record OpenSearchInfo(string ClusterName, string Version, string Distribution);

/// <summary>
/// The calls of OpenSearch's REST interface that this product needs. Names of indices go into URLs as they are. Every call throws
/// <see cref="OpenSearchException"/> where OpenSearch refuses, <see cref="HttpRequestException"/> where it cannot be reached, and
/// <see cref="TimeoutException"/> where it does not answer in time, and <see cref="InvalidDataException"/> where it answers something else.
/// </summary>
public sealed class OpenSearchClient : IDisposable
{
    static readonly MediaTypeHeaderValue s_json = new("application/json");
    static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_bulkTimeout = TimeSpan.FromSeconds(60);
    static readonly TimeSpan s_deleteTimeout = TimeSpan.FromMinutes(10);

    readonly HttpClient _http;

    internal OpenSearchClient(OpenSearchConnection connection)
    {
        _http = connection.CreateHttpClient();
        Address = connection.Address;
    }

    /// <summary>Where OpenSearch is; without credentials.</summary>
    public Uri Address { get; }

    /// <summary>Asks the cluster for its name and version.</summary>
    public Task<OpenSearchInfo> InfoAsync(CancellationToken cancellationToken) => GetAsync("", static root =>
    {
        var version = root.GetProperty("version");
        return new OpenSearchInfo(root.GetProperty("cluster_name").GetString()!, version.GetProperty("number").GetString()!,
            version.TryGetProperty("distribution", out var distribution) ? distribution.GetString()! : "");
    }, cancellationToken);

    /// <summary>How many nodes hold data.</summary>
    public Task<int> DataNodesAsync(CancellationToken cancellationToken) =>
        GetAsync("_cluster/health", static health => health.GetProperty("number_of_data_nodes").GetInt32(), cancellationToken);

    /// <summary>The version of an index template.</summary>
    /// <returns>Null where there is no such template; 0 where it has no version.</returns>
    public async Task<long?> TemplateVersionAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync($"_index_template/{name}", static root => root.GetProperty("index_templates")[0].GetProperty("index_template")
                .TryGetProperty("version", out var version) ? version.GetInt64() : 0, cancellationToken);
        }
        catch (OpenSearchException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Creates or replaces an index template.</summary>
    public async Task PutTemplateAsync(string name, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using var _ = await SendAsync(WithJson(HttpMethod.Put, $"_index_template/{name}", json), s_timeout, cancellationToken);
    }

    /// <summary>Whether there is an index, or an alias, of this name.</summary>
    public async Task<bool> IndexExistsAsync(string index, CancellationToken cancellationToken)
    {
        try
        {
            using var _ = await SendAsync(new(HttpMethod.Head, index), s_timeout, cancellationToken);
            return true;
        }
        catch (OpenSearchException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Creates an index, as its template says.</summary>
    /// <returns>False where it was there already.</returns>
    public async Task<bool> CreateIndexAsync(string index, CancellationToken cancellationToken)
    {
        try
        {
            using var _ = await SendAsync(new(HttpMethod.Put, index), s_timeout, cancellationToken);
            return true;
        }
        catch (OpenSearchException e) when (e.Type == "resource_already_exists_exception")
        {
            return false;
        }
    }

    /// <summary>Deletes an index, if there is one, with all its documents.</summary>
    public async Task DeleteIndexAsync(string index, CancellationToken cancellationToken)
    {
        try
        {
            using var _ = await SendAsync(new(HttpMethod.Delete, index), s_timeout, cancellationToken);
        }
        catch (OpenSearchException e) when (e.Status == HttpStatusCode.NotFound)
        {
            // Gone is gone.
        }
    }

    /// <summary>The mappings of an index: <c>{"index":{"mappings":{...}}}</c>, one member for each index where the name is an alias.</summary>
    public Task<JsonDocument> MappingAsync(string index, CancellationToken cancellationToken) => GetJsonAsync($"{index}/_mapping", cancellationToken);

    /// <summary>What tells an index from another one of its name, made after it was deleted; of an alias, of all that it stands for.</summary>
    /// <returns>Null where there is no such index.</returns>
    public async Task<string?> IndexUuidAsync(string index, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync($"{index}/_settings", static root => string.Join(',', root.EnumerateObject()
                .Select(static found => found.Value.GetProperty("settings").GetProperty("index").GetProperty("uuid").GetString())
                .Order(StringComparer.Ordinal)), cancellationToken);
        }
        catch (OpenSearchException e) when (e.Type == "index_not_found_exception")
        {
            return null;
        }
    }

    /// <summary>A document, be it visible to searches or not: <c>{"_source":{...},...}</c>.</summary>
    /// <returns>Null where there is no such document, or no such index.</returns>
    public async Task<JsonDocument?> DocumentAsync(string index, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await GetJsonAsync(PathOf(index, id), cancellationToken);
        }
        catch (OpenSearchException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Creates or replaces a document.</summary>
    public async Task PutDocumentAsync(string index, string id, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using var _ = await SendAsync(WithJson(HttpMethod.Put, PathOf(index, id), json), s_timeout, cancellationToken);
    }

    /// <summary>How many documents there are, as of the last refresh.</summary>
    public Task<long> CountAsync(string index, CancellationToken cancellationToken) =>
        GetAsync($"{index}/_count", static root => root.GetProperty("count").GetInt64(), cancellationToken);

    /// <summary>Makes visible to searches what was indexed before.</summary>
    public async Task RefreshAsync(string index, CancellationToken cancellationToken)
    {
        using var _ = await SendAsync(new(HttpMethod.Post, $"{index}/_refresh"), s_timeout, cancellationToken);
    }

    /// <summary>Searches.</summary>
    /// <param name="index">Indices: a name, a list with commas, or a pattern.</param>
    /// <param name="query">The request's body, JSON.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>OpenSearch's answer as it came.</returns>
    public Task<JsonDocument> SearchAsync(string index, ReadOnlyMemory<byte> query, CancellationToken cancellationToken) =>
        AskAsync(WithJson(HttpMethod.Post, $"{index}/_search", query), s_timeout, cancellationToken);

    /// <summary>Deletes what a query finds; documents that change meanwhile are left alone.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<long> DeleteByQueryAsync(string index, ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        var request = WithJson(HttpMethod.Post, $"{index}/_delete_by_query?conflicts=proceed&refresh=true", query);
        using var answer = await AskAsync(request, s_deleteTimeout, cancellationToken);
        return JsonAnswer.Read(answer, static root => root.GetProperty("deleted").GetInt64());
    }

    /// <summary>Sends items of a bulk body.</summary>
    /// <param name="index">The index of all items that do not name another.</param>
    /// <param name="body">The body, which must not change until the answer is there.</param>
    /// <param name="items">Which of its items, ascending.</param>
    /// <param name="gzip">Whether to compress.</param>
    /// <param name="answer">Takes on the answer.</param>
    /// <param name="cancellationToken">Ends the wait; what OpenSearch does with the request is open then.</param>
    /// <exception cref="InvalidDataException">The answer is not one to a bulk request.</exception>
    public async Task BulkAsync(
        string index, BulkBody body, IReadOnlyList<int> items, bool gzip, BulkAnswer answer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_bulkTimeout);
        var request = new HttpRequestMessage(HttpMethod.Post, $"{index}/_bulk") { Content = new BulkContent(body, items, gzip) };
        try
        {
            using var response = await SendAsync(request, s_bulkTimeout, limit.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            await answer.ReadAsync(stream, items.Count, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(s_bulkTimeout);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static string PathOf(string index, string id) => $"{index}/_doc/{Uri.EscapeDataString(id)}";

    Task<JsonDocument> GetJsonAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(new(HttpMethod.Get, path), s_timeout, cancellationToken);

    async Task<T> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var answer = await GetJsonAsync(path, cancellationToken);
        return JsonAnswer.Read(answer, read);
    }

    static HttpRequestMessage WithJson(HttpMethod method, string path, ReadOnlyMemory<byte> json)
    {
        var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = s_json;
        return new(method, path) { Content = content };
    }

    /// <summary>Sends a request and reads the answer, all within the time limit.</summary>
    async Task<JsonDocument> AskAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var response = await SendAsync(request, timeout, limit.Token);
            return await JsonAnswer.ParseAsync(response, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(timeout);
        }
    }

    /// <summary>Sends a request, which is disposed of.</summary>
    /// <returns>The response where it tells of success, its head read.</returns>
    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using (request)
        {
            try
            {
                var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (response.IsSuccessStatusCode)
                    return response;
                using (response)
                    throw OpenSearchErrors.Read(response.StatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw TimedOut(timeout);
            }
        }
    }

    TimeoutException TimedOut(TimeSpan timeout) => new($"{Address} did not answer within {timeout.TotalSeconds:0} s");
}
