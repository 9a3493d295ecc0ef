using System.Text;
using Clickstream.Core.Errors;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// A file of environment variables: <c>NAME=value</c> a line, comments after <c>#</c>, <c>export</c> allowed. A value in single quotes
/// is taken as it is; in double quotes it knows <c>\n</c>, <c>\"</c>, <c>\\</c> and <c>\$</c>. Either may go over several lines.
/// </summary>
public static class EnvFile
{
    /// <summary>Names another file; where it is set and empty, there is none.</summary>
    public const string PathVariable = "CLICKSTREAM_ENV_FILE";

    /// <summary>The file that is read where nothing is said, in the current folder.</summary>
    public const string DefaultName = ".env";

    /// <summary>Whether somebody has named a file, which must be there then.</summary>
    public static bool IsNamed => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PathVariable));

    /// <summary>Where the file is, or would be.</summary>
    /// <returns>Null where none is wanted.</returns>
    public static string? PathIn(string directory) => Environment.GetEnvironmentVariable(PathVariable) switch
    {
        null => Path.Combine(directory, DefaultName),
        "" => null,
        var named => Path.GetFullPath(named, directory),
    };

    /// <summary>Whether others than its owner may read a file; where the system does not say, it is not so.</summary>
    public static bool IsReadableByOthers(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;

    /// <summary>Reads a file.</summary>
    /// <returns>Names and values in their order.</returns>
    /// <exception cref="ClickstreamException">It cannot be read, or a line is not of the form. No value is quoted.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClickstreamException(ExitCode.BadInput, $"{path} cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Writes variables as lines.</summary>
    public static string Format(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in variables)
            text.Append(name).Append('=').Append(Quote(value)).Append('\n');
        return text.ToString();
    }

    internal static IReadOnlyList<KeyValuePair<string, string>> Parse(string text, string path)
    {
        var variables = new List<KeyValuePair<string, string>>();
        var position = 0;
        while (position < text.Length)
        {
            var start = position;
            var line = ReadLine(text, ref position).Trim();
            if (line.Length == 0 || line.StartsWith('#'))
                continue;
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line["export ".Length..].TrimStart();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : line[..equals].Trim();
            if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or ':'))
                throw Wrong("is not of the form NAME=value");
            var value = line[(equals + 1)..].TrimStart();
            if (value.StartsWith('"') || value.StartsWith('\''))
            {
                position = text.IndexOf(value[0], text.IndexOf('=', start)) + 1;
                value = ReadQuoted(text, value[0], ref position) ?? throw Wrong("has a quote that is not closed");
                if (ReadLine(text, ref position).Trim() is { Length: > 0 } rest && !rest.StartsWith('#'))
                    throw Wrong("goes on behind the closing quote");
            }
            else
            {
                value = WithoutComment(value);
            }
            variables.Add(new(name, value));

            ClickstreamException Wrong(string what) => new(ExitCode.BadInput, $"{path}, line {text.AsSpan(0, start).Count('\n') + 1} {what}");
        }
        return variables;
    }

    static string ReadLine(string text, ref int position)
    {
        var end = text.IndexOf('\n', position);
        var line = end < 0 ? text[position..] : text[position..end];
        position = end < 0 ? text.Length : end + 1;
        return line;
    }

    static string? ReadQuoted(string text, char quote, ref int position)
    {
        var value = new StringBuilder();
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (c == quote)
            {
                position++;
                return value.ToString();
            }
            if (c == '\\' && quote == '"' && position + 1 < text.Length)
                AppendEscaped(value, text[++position]);
            else if (c != '\r')
                value.Append(c);
        }
        return null;
    }

    static void AppendEscaped(StringBuilder value, char c) => _ = c switch
    {
        'n' => value.Append('\n'),
        'r' => value.Append('\r'),
        't' => value.Append('\t'),
        '"' or '\\' or '$' => value.Append(c),
        _ => value.Append('\\').Append(c),
    };

    static string WithoutComment(string value)
    {
        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? value : value[..comment]).Trim();
    }

    /// <summary>Plain where every reader of such files takes it so; else in single quotes, which shells and Compose leave alone, too.</summary>
    static string Quote(string value)
    {
        if (value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '/' or '_' or '-' or ',' or '@' or '+' or '%'))
            return value;
        if (!value.AsSpan().ContainsAny('\'', '\n'))
            return $"'{value}'";
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
