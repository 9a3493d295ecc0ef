using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Search;

/// <summary>Gives OpenSearch Dashboards its index patterns, visualizations and dashboards.</summary>
static class SavedObjectImport
{
    static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    /// <summary>Imports all saved objects, over those that are there.</summary>
    /// <param name="dashboards">The address of OpenSearch Dashboards, which may carry user and password.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where nothing answers at the address.</returns>
    /// <exception cref="ClickstreamException">What answers refuses, or is not OpenSearch Dashboards.</exception>
    public static async Task<bool> RunAsync(Uri dashboards, CancellationToken cancellationToken)
    {
        var address = WithoutUser(dashboards);
        using var http = new HttpClient { BaseAddress = address, Timeout = s_timeout };
        if (dashboards.UserInfo.Length > 0)
            http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(dashboards.UserInfo))));
        http.DefaultRequestHeaders.Add("osd-xsrf", "true");
        using var file = new ByteArrayContent(SavedObject.File);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var form = new MultipartFormDataContent { { file, "file", "clickstream-dashboards.ndjson" } };
        try
        {
            using var response = await http.PostAsync("api/saved_objects/_import?overwrite=true", form, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode && IsSuccess(answer))
                return true;
            throw new ClickstreamException(ExitCode.Unavailable,
                $"{address} has not taken the saved objects (HTTP {(int)response.StatusCode}): is it the address of OpenSearch Dashboards? See --dashboards");
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The address as it may be shown; ends with a slash.</summary>
    public static Uri WithoutUser(Uri dashboards) =>
        new UriBuilder(dashboards.Scheme, dashboards.Host, dashboards.Port, dashboards.AbsolutePath.TrimEnd('/') + "/").Uri;

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
