using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// PEM text as it comes in settings. An environment variable or a .env line cannot always hold line ends, so they may be written
/// <c>\n</c>, or the whole text may be base64.
/// </summary>
public static class Pem
{
    const string Begin = "-----BEGIN ";

    /// <summary>Gives the text with real line ends.</summary>
    /// <param name="value">The setting.</param>
    /// <param name="text">The PEM text, where the answer is true.</param>
    /// <returns>False where the value holds no whole PEM block in any of the forms.</returns>
    public static bool TryNormalize(string value, [NotNullWhen(true)] out string? text)
    {
        text = value.Trim().Trim('"');
        if (!text.Contains(Begin, StringComparison.Ordinal))
        {
            var bytes = new byte[text.Length];
            if (!Convert.TryFromBase64String(text, bytes, out var length))
                return false;
            text = Encoding.ASCII.GetString(bytes, 0, length);
        }
        text = text.Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal).Trim() + "\n";
        return PemEncoding.TryFind(text, out _);
    }
}
