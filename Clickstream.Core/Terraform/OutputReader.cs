using System.Globalization;
using System.Text.Json;
using Clickstream.Core.Errors;

namespace Clickstream.Core.Terraform;

/// <summary>
/// Reads outputs by name from the JSON of <c>terraform output -json</c>, and collects what is missing or wrong, so that a user sees
/// all of it at once. An output that is null is absent from the JSON.
/// </summary>
/// <param name="outputs">The JSON's one object: <c>{"name": {"sensitive": ..., "type": ..., "value": ...}}</c>.</param>
/// <param name="source">Where it is from.</param>
sealed class OutputReader(JsonElement outputs, string source)
{
    readonly List<string> _missing = [];
    readonly List<string> _wrong = [];

    /// <summary>A text; empty where it is missing.</summary>
    public string Text(string name) => Find(name, required: true) is { } value ? Text(name, value) : "";

    /// <summary>A text that need not be there.</summary>
    public string? OptionalText(string name) => Find(name, required: false) is { } value ? Text(name, value) : null;

    /// <summary>A number from 1 to <paramref name="max"/>, which may be written as a text.</summary>
    public int Number(string name, int max)
    {
        if (Find(name, required: true) is not { } value)
            return 0;
        var text = value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? value.ToString() : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
            return number;
        _wrong.Add(string.Create(CultureInfo.InvariantCulture, $"output {name} is not a number from 1 to {max}"));
        return 0;
    }

    /// <summary>True or false; false where it is missing.</summary>
    public bool Flag(string name)
    {
        if (Find(name, required: false) is not { } value)
            return false;
        if (bool.TryParse(value.ToString(), out var flag))
            return flag;
        _wrong.Add($"output {name} is not true or false");
        return false;
    }

    /// <summary>Takes down what else is wrong. Values are not quoted: they may be secrets.</summary>
    public void Refuse(string error) => _wrong.Add(error);

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ClickstreamException">Something is missing or wrong.</exception>
    public void ThrowIfInvalid()
    {
        if (_missing.Count > 0)
        {
            throw new ClickstreamException(ExitCode.BadInput,
                $"{source} has no output {string.Join(", ", _missing)}; run `terraform apply` first (and again, if the configuration has changed since)");
        }
        if (_wrong.Count > 0)
            throw new ClickstreamException(ExitCode.BadInput, $"{source}: {string.Join("; ", _wrong)}");
    }

    string Text(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
            return text;
        _wrong.Add($"output {name} is not a text");
        return "";
    }

    JsonElement? Find(string name, bool required)
    {
        if (outputs.TryGetProperty(name, out var output) && output.ValueKind == JsonValueKind.Object
            && output.TryGetProperty("value", out var value) && value.ValueKind != JsonValueKind.Null)
            return value;
        if (required)
            _missing.Add(name);
        return null;
    }
}
