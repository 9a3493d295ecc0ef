namespace Clickstream.Cli.Output;

/// <summary>The output of <c>config show --json</c>.</summary>
/// <param name="Settings">All that there are.</param>
sealed record ConfigJson(IReadOnlyList<SettingJson> Settings);

/// <summary>A setting.</summary>
/// <param name="Key">Such as <c>Kafka:Topic</c>; as an environment variable <c>Kafka__Topic</c>.</param>
/// <param name="Value">What is in force, without what is secret; null where it is not set and has no default.</param>
/// <param name="Source">environment, .env, terraform, embedded or default.</param>
sealed record SettingJson(string Key, string? Value, string Source);
