namespace Clickstream.Core.Settings;

/// <summary>Section <c>Sessions</c>.</summary>
/// <param name="Timeout">The longest gap inside a session. It is stored with the schema, and only that value is accepted afterwards.</param>
public sealed record SessionsOptions(TimeSpan Timeout)
{
    /// <summary>Reads the section.</summary>
    public static SessionsOptions Read(SettingsReader settings) => new(
        settings.Duration("Sessions:Timeout", TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)));
}
