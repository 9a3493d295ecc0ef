using System.Buffers;

namespace Clickstream.Local.Kafka.Log;

/// <summary>What a topic may be called.</summary>
static class TopicName
{
    const int MaxLength = 249;

    static readonly SearchValues<char> s_legal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Null if the name is a legal one, or the reason why it is not.</summary>
    public static string? Check(string name) =>
        name.Length == 0 ? "Topic name is invalid: the empty string is not allowed"
        : name is "." or ".." ? "Topic name is invalid: '.' or '..' is not allowed"
        : name.Length > MaxLength ? $"Topic name is invalid: the length of '{name}' is longer than the max allowed length {MaxLength}"
        : name.AsSpan().ContainsAnyExcept(s_legal)
            ? $"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
        : null;
}
