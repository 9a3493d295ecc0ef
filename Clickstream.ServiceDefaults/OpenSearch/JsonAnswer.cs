using System.Text.Json;

namespace Clickstream.ServiceDefaults;

/// <summary>Reads what OpenSearch answered, which may be something else where a proxy answers in its place, or a node that is starting.</summary>
static class JsonAnswer
{
    /// <summary>Reads the body of a response.</summary>
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    public static async Task<JsonDocument> ParseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(stream, default, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the answer is not the JSON that it should be", e);
        }
    }

    /// <summary>Takes from an answer what is wanted of it.</summary>
    /// <exception cref="InvalidDataException">It is not there.</exception>
    public static T Read<T>(JsonDocument answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer.RootElement);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("the answer has not the members that it should have", e);
        }
    }
}
