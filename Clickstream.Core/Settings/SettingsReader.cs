using System.Globalization;
using Clickstream.Core.Errors;

namespace Clickstream.Core.Settings;

/// <summary>
/// Reads settings by key from any source, checks each against what is allowed, and collects every error, so that a user sees all
/// of them at once: <c>Consumer:MaxBatchSize is 0; allowed: 1 to 1000000</c>.
/// </summary>
/// <param name="lookup">Gives the text of a key such as <c>Consumer:MaxBatchSize</c>, or null where it is not set.</param>
/// <param name="onRead">Told each key that is read, with its default; null where there is none.</param>
public sealed class SettingsReader(Func<string, string?> lookup, Action<string, string?>? onRead = null)
{
    readonly List<string> _errors = [];

    /// <summary>An integer from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public long Integer(string key, long byDefault, long min, long max) =>
        Read(key, byDefault, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"),
            text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
                ? value : null);

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public double Number(string key, double byDefault, double min, double max) =>
        Read(key, byDefault, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"),
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
                ? value : null);

    /// <summary>A length of time from <paramref name="min"/> to <paramref name="max"/>, written <c>[days.]hours:minutes:seconds</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan byDefault, TimeSpan min, TimeSpan max) =>
        Read(key, byDefault, string.Create(CultureInfo.InvariantCulture, $"{min:c} to {max:c}, as [days.]hours:minutes:seconds"),
            // .NET also takes 5 for five days and 5:30 for five and a half hours; who writes that may mean minutes.
            text => text.Count(static c => c == ':') == 2
                && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value : null);

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string key, bool byDefault) =>
        Read(key, byDefault, "true or false", text => bool.TryParse(text, out var value) ? value : null);

    /// <summary>A text that <paramref name="isAllowed"/> accepts; null where it is not set and there is no default.</summary>
    public string? Text(string key, string? byDefault, string allowed, Func<string, bool> isAllowed)
    {
        onRead?.Invoke(key, byDefault);
        var text = lookup(key);
        if (string.IsNullOrEmpty(text))
            return byDefault;
        if (isAllowed(text))
            return text;
        Refuse(key, text, allowed);
        return byDefault;
    }

    /// <summary>Any text; null where it is not set.</summary>
    public string? Text(string key)
    {
        onRead?.Invoke(key, null);
        return lookup(key) is { Length: > 0 } text ? text : null;
    }

    /// <summary>Ends the reading: the settings are all valid, or all errors are thrown as one line.</summary>
    /// <exception cref="ClickstreamException">At least one setting is not valid.</exception>
    public void ThrowIfInvalid()
    {
        if (_errors.Count > 0)
            throw new ClickstreamException(ExitCode.Usage, string.Join("; ", _errors));
    }

    T Read<T>(string key, T byDefault, string allowed, Func<string, T?> parse) where T : struct
    {
        onRead?.Invoke(key, byDefault is bool flag ? (flag ? "true" : "false") : string.Create(CultureInfo.InvariantCulture, $"{byDefault}"));
        var text = lookup(key);
        if (string.IsNullOrEmpty(text))
            return byDefault;
        if (parse(text) is { } value)
            return value;
        Refuse(key, text, allowed);
        return byDefault;
    }

    void Refuse(string key, string text, string allowed) =>
        // One line, whatever the value holds.
        _errors.Add($"{key} is {string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c))}; allowed: {allowed}");
}
