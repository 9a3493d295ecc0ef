using System.Globalization;
using System.Text.Json;

namespace Clickstream.Tests.Search.Difference;

/// <summary>Draws what people might type into the search box.</summary>
sealed class QueryStringGenerator(Random random, Corpus corpus)
{
    /// <summary>Clauses with operators and parentheses, as deep as <paramref name="depth"/>.</summary>
    public string Query(int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
            return Clause();
        return random.Next(5) switch
        {
            0 => $"({Query(depth - 1)}) OR ({Query(depth - 1)})",
            1 => $"({Query(depth - 1)}) AND ({Query(depth - 1)})",
            2 => $"{Clause()} AND NOT {Clause()}",
            3 => $"+{Clause()} -{Clause()}",
            _ => $"{Clause()} {Clause()}",
        };
    }

    string Clause()
    {
        var field = corpus.Fields[random.Next(corpus.Fields.Length)];
        if (field.Values.Length == 0 || random.Next(12) == 0)
            return $"_exists_:{field.Name}";
        var value = Text(field);
        return field.Kind switch
        {
            FieldKind.Number => random.Next(4) switch
            {
                0 => $"{field.Name}:>={Quoted(value)}",
                1 => $"{field.Name}:[{Quoted(value)} TO *]",
                2 => $"{field.Name}:{{* TO {Quoted(value)}}}",
                _ => $"{field.Name}:{Quoted(value)}",
            },
            FieldKind.Date => random.Next(3) switch
            {
                0 => $"{field.Name}:[{value[..10]} TO *]",
                1 => $"{field.Name}:[* TO {value[..10]}}}",
                _ => $"{field.Name}:{Quoted(value)}",
            },
            FieldKind.Keyword when value.Length > 1 && value.All(char.IsAsciiLetterOrDigit) && random.Next(3) == 0 => $"{field.Name}:{value[..2]}*",
            _ => $"{field.Name}:{Quoted(value)}",
        };
    }

    string Text(CorpusField field)
    {
        var value = field.Values[random.Next(field.Values.Length)];
        return field.Kind == FieldKind.Date
            ? QueryGenerator.CorpusTime(value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
    }

    static string Quoted(string value) => $"\"{value}\"";
}
