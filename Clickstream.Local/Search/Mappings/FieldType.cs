namespace Clickstream.Local.Search.Mappings;

/// <summary>The types of fields that there are here.</summary>
enum FieldType
{
    Keyword,
    Text,
    Long,
    Integer,
    Short,
    Byte,
    Double,
    Float,
    Boolean,
    Date,
}

static class FieldTypes
{
    /// <summary>The type's name in a mapping.</summary>
    public static string Name(this FieldType type) => type switch
    {
        FieldType.Keyword => "keyword",
        FieldType.Text => "text",
        FieldType.Long => "long",
        FieldType.Integer => "integer",
        FieldType.Short => "short",
        FieldType.Byte => "byte",
        FieldType.Double => "double",
        FieldType.Float => "float",
        FieldType.Boolean => "boolean",
        _ => "date",
    };

    public static FieldType? Find(string name)
    {
        foreach (var type in Enum.GetValues<FieldType>())
        {
            if (type.Name() == name)
                return type;
        }

        return null;
    }

    /// <summary>Whether values are kept as a long that sorts as the value does, see <see cref="NumericValue"/>.</summary>
    public static bool IsNumeric(this FieldType type) => type is not (FieldType.Keyword or FieldType.Text);

    public static bool IsFloatingPoint(this FieldType type) => type is FieldType.Double or FieldType.Float;

    public static bool IsWholeNumber(this FieldType type) =>
        type is FieldType.Long or FieldType.Integer or FieldType.Short or FieldType.Byte;

    /// <summary>The smallest and the largest value of a whole number's type.</summary>
    public static (long Min, long Max) Range(this FieldType type) => type switch
    {
        FieldType.Integer => (int.MinValue, int.MaxValue),
        FieldType.Short => (short.MinValue, short.MaxValue),
        FieldType.Byte => (sbyte.MinValue, sbyte.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };
}
