namespace Clickstream.Core.Settings;

/// <summary>Section <c>Postgres</c>: where in the database of <c>ConnectionStrings:clickstream</c> the tables are.</summary>
/// <param name="Schema">The schema; it is each connection's search_path.</param>
/// <param name="SslCaPem">A private CA that signed the server's certificate, PEM text (line ends may be written <c>\n</c>) or base64 of it.</param>
public sealed record PostgresOptions(string Schema, string? SslCaPem)
{
    /// <summary>The version of the tables that this product makes: that of the consumer's last migration.</summary>
    public const int SchemaVersion = 2;

    /// <summary>Reads the section.</summary>
    public static PostgresOptions Read(SettingsReader settings) => new(
        // Plain identifiers only: the name goes into search_path and DDL, where nothing can be a parameter.
        settings.Text("Postgres:Schema", "clickstream", "1 to 63 lower-case letters, digits and '_', not starting with a digit or pg_", static name =>
            name.Length <= 63 && !char.IsAsciiDigit(name[0]) && !name.StartsWith("pg_", StringComparison.Ordinal)
            && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))!,
        settings.Text("Postgres:SslCaPem"));
}
