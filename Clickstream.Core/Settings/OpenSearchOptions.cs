namespace Clickstream.Core.Settings;

/// <summary>Section <c>OpenSearch</c>: whether there is one, and which indices of the cluster of <c>ConnectionStrings:opensearch</c> are ours.</summary>
/// <param name="Enabled">Off by default: the pipeline works without search.</param>
/// <param name="IndexPrefix">What the names of all indices begin with: <c>{prefix}-events</c>, <c>{prefix}-sessions</c>, <c>{prefix}-dead-letters</c>, and the indexer's own <c>{prefix}-indexer</c>.</param>
/// <param name="SslCaPem">A private CA, trusted beside the system's, PEM text (line ends may be written <c>\n</c>) or base64 of it.</param>
public sealed record OpenSearchOptions(bool Enabled, string IndexPrefix, string? SslCaPem)
{
    /// <summary>Reads the section.</summary>
    public static OpenSearchOptions Read(SettingsReader settings) => new(
        settings.Flag("OpenSearch:Enabled", false),
        // OpenSearch's rule for index names, without the characters that would have to be escaped in a URL.
        settings.Text("OpenSearch:IndexPrefix", "clickstream", "1 to 200 lower-case letters, digits, '_' and '-', starting with a letter", static name =>
            name.Length <= 200 && char.IsAsciiLetterLower(name[0])
            && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-'))!,
        settings.Text("OpenSearch:SslCaPem"));
}
