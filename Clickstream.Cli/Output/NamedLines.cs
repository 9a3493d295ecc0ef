namespace Clickstream.Cli.Output;

/// <summary>Lines of a name and a text, aligned. A grid would fill them up with blanks and break them at the edge of the terminal.</summary>
sealed class NamedLines
{
    const int Gap = 3;

    readonly List<(string Name, string Text)> _rows = [];

    /// <summary>Adds a line; none where there is no text.</summary>
    public void Add(string name, string? text)
    {
        if (text is not null)
            _rows.Add((name, text));
    }

    public void Write(TextWriter writer)
    {
        var width = _rows.Count == 0 ? 0 : _rows.Max(static row => row.Name.Length) + Gap;
        foreach (var (name, text) in _rows)
            writer.WriteLine(name.PadRight(width) + text);
    }
}
