using System.Net.Http.Headers;
using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Search;

/// <summary>Gives OpenSearch Dashboards its index patterns, visualizations and dashboards.</summary>
static class SavedObjectImport
{
    static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    /// <summary>Imports all saved objects, over those that are there.</summary>
    /// <param name="http">Of OpenSearch Dashboards.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where nothing answers at the address.</returns>
    /// <exception cref="ClickstreamException">What answers refuses, is not to be trusted, or is not OpenSearch Dashboards.</exception>
    public static async Task<bool> RunAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var address = http.BaseAddress;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_timeout);
        using var file = new ByteArrayContent(SavedObject.File);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var form = new MultipartFormDataContent { { file, "file", "clickstream-dashboards.ndjson" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/saved_objects/_import?overwrite=true") { Content = form };
        request.Headers.Add("osd-xsrf", "true");
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            var answer = await response.Content.ReadAsStringAsync(limit.Token);
            if (response.IsSuccessStatusCode && IsSuccess(answer))
                return true;
            throw new ClickstreamException(ExitCode.Unavailable,
                $"{address} has not taken the saved objects (HTTP {(int)response.StatusCode}): is it the address of OpenSearch Dashboards? See --dashboards");
        }
        catch (HttpRequestException e) when (ServerTrustException.Find(e) is { } distrust)
        {
            throw new ClickstreamException(ExitCode.Unavailable, $"{distrust} ({address}); check OpenSearch:DashboardsUrl and OpenSearch:SslCaPem", e);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new ClickstreamException(ExitCode.Unavailable, $"{address} does not speak TLS as it should: is it the address of OpenSearch Dashboards? See --dashboards", e);
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    static bool IsSuccess(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(answer) is { ValueKind: JsonValueKind.Object } json
                && json.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
