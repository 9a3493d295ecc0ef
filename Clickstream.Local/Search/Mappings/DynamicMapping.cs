using System.Text.Json;

namespace Clickstream.Local.Search.Mappings;

/// <summary>What a field becomes that no mapping names, by its first value.</summary>
static class DynamicMapping
{
    const int KeywordLimit = 256;

    public static FieldMapping FieldFor(string path, ref Utf8JsonReader reader, bool detectsDates) => reader.TokenType switch
    {
        JsonTokenType.True or JsonTokenType.False => FieldMapping.Create(path, FieldType.Boolean),
        JsonTokenType.Number => FieldMapping.Create(path, reader.TryGetInt64(out _) ? FieldType.Long : FieldType.Float),
        _ when detectsDates && LooksLikeDate(reader.GetString()!) => FieldMapping.Create(path, FieldType.Date),
        _ => FieldMapping.Create(path, FieldType.Text) with
        {
            Fields = [FieldMapping.Create(path + ".keyword", FieldType.Keyword) with { IgnoreAbove = KeywordLimit }],
        },
    };

    // Digits alone are far more often a number than a year.
    static bool LooksLikeDate(string text) => !text.All(char.IsAsciiDigit) && IsoDate.TryParse(text, strict: true, out _);
}
