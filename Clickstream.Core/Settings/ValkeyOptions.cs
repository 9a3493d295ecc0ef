namespace Clickstream.Core.Settings;

/// <summary>Section <c>Valkey</c>: how to trust the server of <c>ConnectionStrings:valkey</c>.</summary>
/// <param name="SslCaPem">A private CA, trusted beside the system's, PEM text (line ends may be written <c>\n</c>) or base64 of it.</param>
public sealed record ValkeyOptions(string? SslCaPem)
{
    /// <summary>Reads the section.</summary>
    public static ValkeyOptions Read(SettingsReader settings) => new(settings.Text("Valkey:SslCaPem"));
}
