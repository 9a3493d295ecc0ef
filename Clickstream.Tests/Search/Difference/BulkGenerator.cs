using System.Globalization;
using System.Text;

namespace Clickstream.Tests.Search.Difference;

/// <summary>Draws bulk requests on few documents, so that their operations meet; some are refused.</summary>
sealed class BulkGenerator(Random random)
{
    public const string Mappings = """{"dynamic":"strict","properties":{"n":{"type":"integer"},"k":{"type":"keyword"},"d":{"type":"date"}}}""";

    long _version = 1;

    /// <summary>A request of that many operations.</summary>
    public string Bulk(int operations)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < operations; i++)
            Operation(lines);
        return lines.ToString();
    }

    void Operation(StringBuilder lines)
    {
        var id = random.Next(12);
        // Mostly rising, now and then one that is behind.
        var version = random.Next(4) == 0 ? Math.Max(1, _version - random.Next(20)) : _version += random.Next(3);
        var external = string.Create(CultureInfo.InvariantCulture, $",\"version\":{version},\"version_type\":\"external\"");
        var (action, options, body) = random.Next(7) switch
        {
            0 => ("create", "", Source()),
            1 => ("update", "", $$"""{"doc":{{Source()}}}"""),
            2 => ("update", "", $$"""{"doc":{{Source()}},"doc_as_upsert":true}"""),
            3 => ("delete", "", null),
            4 => ("delete", external, null),
            5 => ("index", external, Source()),
            _ => ("index", "", Source()),
        };
        lines.Append(CultureInfo.InvariantCulture, $$$"""{"{{{action}}}":{"_id":"{{{id}}}"{{{options}}}}}""").Append('\n');
        if (body is not null)
            lines.Append(body).Append('\n');
    }

    string Source() => random.Next(12) switch
    {
        0 => """{"n":"x"}""",
        1 => """{"nosuch":1}""",
        2 => """{"d":"yesterday"}""",
        3 => "{}",
        4 => """{"n":null,"k":["a","b"]}""",
        5 => """{"n":1""",
        _ => string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{random.Next(3)}},"k":"{{random.Next(3)}}","d":{{random.Next(1000)}}}"""),
    };
}
