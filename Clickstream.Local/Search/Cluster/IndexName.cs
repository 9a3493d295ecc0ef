namespace Clickstream.Local.Search.Cluster;

/// <summary>What an index may be called.</summary>
static class IndexName
{
    const int MaxBytes = 255;

    /// <exception cref="SearchException">invalid_index_name_exception.</exception>
    public static void Check(string name)
    {
        if (name.Length == 0 || name[0] is '_' or '-' or '+')
            throw Invalid(name, "must not start with '_', '-', or '+'");
        if (name.Any(static c => c is '\\' or '/' or '*' or '?' or '"' or '<' or '>' or '|' or ' ' or ','))
            throw Invalid(name, "must not contain the following characters [ , \", *, \\, <, |, ,, >, /, ?]");
        if (name.Contains('#', StringComparison.Ordinal))
            throw Invalid(name, "must not contain '#'");
        if (name.Contains(':', StringComparison.Ordinal))
            throw Invalid(name, "must not contain ':'");
        if (name.ToLowerInvariant() != name)
            throw Invalid(name, "must be lowercase");
        if (name is "." or "..")
            throw Invalid(name, "must not be '.' or '..'");
        if (System.Text.Encoding.UTF8.GetByteCount(name) > MaxBytes)
            throw Invalid(name, $"index name is too long, ({System.Text.Encoding.UTF8.GetByteCount(name)} > {MaxBytes})");
    }

    /// <summary>What an expression of a request may not be.</summary>
    public static void CheckExpression(string expression)
    {
        if (expression.StartsWith('_') && expression != "_all")
            throw Invalid(expression, "must not start with '_'.");
    }

    static SearchException Invalid(string name, string why) => new(400, "invalid_index_name_exception", $"Invalid index name [{name}], {why}")
    {
        Details = [new("index", name), new("index_uuid", "_na_")],
    };
}
