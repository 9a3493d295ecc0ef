using System.Globalization;
using Clickstream.Core.Errors;

namespace Clickstream.AppHost.Commands;

/// <summary>Tells a running producer what to send, over its HTTP endpoints.</summary>
static class TrafficControl
{
    static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Replays a generated sample.</summary>
    /// <param name="producer">Its address.</param>
    /// <param name="events">How many, as the user wrote it.</param>
    /// <param name="speed">How many times faster than event time, as the user wrote it; 0 is as fast as possible.</param>
    /// <param name="cancellationToken">Ends the wait for its answer.</param>
    /// <returns>What it says.</returns>
    public static Task<string> ReplayAsync(string producer, string? events, string? speed, CancellationToken cancellationToken) =>
        PostAsync(producer, $"replay?events={Number(events, "100000")}&speed={Number(speed, "0")}", cancellationToken);

    /// <summary>Simulates visitors, as many events a second.</summary>
    public static Task<string> SimulateAsync(string producer, string? rate, CancellationToken cancellationToken) =>
        PostAsync(producer, $"simulate?rate={Number(rate, "100")}", cancellationToken);

    public static Task<string> StopAsync(string producer, CancellationToken cancellationToken) => PostAsync(producer, "stop", cancellationToken);

    static string Number(string? text, string byDefault) => Uri.EscapeDataString(string.IsNullOrWhiteSpace(text) ? byDefault : text.Trim());

    /// <exception cref="ClickstreamException">The producer cannot be reached, or refuses.</exception>
    static async Task<string> PostAsync(string producer, string what, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await s_http.PostAsync(new Uri($"{producer.TrimEnd('/')}/{what}"), null, cancellationToken);
            var text = (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
            return answer.IsSuccessStatusCode ? text : throw new ClickstreamException(ExitCode.Usage,
                text.Length > 0 ? text : string.Create(CultureInfo.InvariantCulture, $"the producer answered {(int)answer.StatusCode}"));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new ClickstreamException(ExitCode.Unavailable, $"the producer at {producer} does not answer: {e.Message}", e);
        }
    }
}
