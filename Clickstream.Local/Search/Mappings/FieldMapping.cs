using System.Text;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Mappings;

/// <summary>A field that has values, or a multi-field of one.</summary>
sealed record FieldMapping
{
    /// <summary>The path from the document's root, with dots.</summary>
    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    /// <summary>Whether it can be searched; numbers that have doc values can in any case.</summary>
    public bool IsIndexed { get; init; } = true;

    /// <summary>Whether it can be sorted by and aggregated.</summary>
    public bool HasDocValues { get; init; } = true;

    /// <summary>Keywords longer than this are kept in the source only; null for no limit.</summary>
    public int? IgnoreAbove { get; init; }

    public DateFormat DateFormat { get; init; } = DateFormat.Default;

    /// <summary>The same value under other names, such as <c>title.keyword</c>.</summary>
    public IReadOnlyList<FieldMapping> Fields { get; init; } = [];

    /// <summary>The last part of <see cref="Name"/>.</summary>
    public string ShortName => Name[(Name.LastIndexOf('.') + 1)..];

    /// <summary>Whether documents that have it are known by its doc values; otherwise their names are among the terms of a field of their own.</summary>
    public bool ExistsByDocValues => HasDocValues && Type != FieldType.Text;

    /// <summary>
    /// Whether numbers are among the terms: where no doc values tell them, and of booleans, whose terms are few.
    /// </summary>
    public bool HasNumberTerms => IsIndexed && (!HasDocValues || Type == FieldType.Boolean);

    /// <summary>How many bits of a number each further term leaves out, so that a range visits few of them; a boolean has one term.</summary>
    public int PrecisionStep => Type == FieldType.Boolean ? int.MaxValue : 8;

    public byte[] Utf8ShortName { get; private init; } = [];

    public static FieldMapping Create(string name, FieldType type) => new()
    {
        Name = name,
        Type = type,
        HasDocValues = type != FieldType.Text,
        Utf8ShortName = Encoding.UTF8.GetBytes(name[(name.LastIndexOf('.') + 1)..]),
    };

    /// <summary>The term under which a number is found exactly.</summary>
    public static BytesRef ExactTerm(long value)
    {
        var bytes = new BytesRef(NumericUtils.BUF_SIZE_INT64);
        NumericUtils.Int64ToPrefixCoded(value, 0, bytes);
        return bytes;
    }
}
