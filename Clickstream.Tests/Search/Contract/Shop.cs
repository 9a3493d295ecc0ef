using System.Collections.Concurrent;

namespace Clickstream.Tests.Search.Contract;

/// <summary>A few documents that queries and aggregations are asked of, each with something that is easily got wrong. Read only.</summary>
static class Shop
{
    const string Fields = """
        {"n":{"type":"long"},"i":{"type":"integer"},"f":{"type":"double"},"k":{"type":"keyword"},"d":{"type":"date"},"b":{"type":"boolean"},
         "t":{"type":"text","fields":{"raw":{"type":"keyword"}}},"plain":{"type":"keyword","doc_values":false}}
        """;

    // Ids are their places, from 1.
    static readonly string[] s_documents =
    [
        """{"n":1,"i":1,"f":1.5,"k":"a","d":"2015-06-01T10:00:00Z","b":true,"t":"quick brown fox","plain":"x"}""",
        """{"n":2,"i":2,"f":2.5,"k":"b","d":"2015-06-01T11:30:00Z","b":false,"t":"lazy brown dog"}""",
        """{"n":3,"i":3,"f":-1,"k":["a","c"],"d":"2015-06-03T00:00:00Z","b":true,"t":"Quick, quick DOG!"}""",
        """{"n":10,"k":"ab","d":"2015-06-30T23:59:59.999Z","plain":"y"}""",
        """{"n":-5,"f":0,"k":"abc","d":"2015-07-01T00:00:00Z","b":false}""",
        """{"n":20,"k":"B","d":1433221332117,"t":"the end"}""",
        """{"n":9007199254740993,"k":"a b","d":"1970-01-01"}""",
        """{"other":"here"}""",
        """{"n":3,"i":3,"k":"a:b","d":"2015-06-03T00:00:00+02:00"}""",
        """{"n":3,"k":"ä","t":"Ärger und Ölfarbe"}""",
    ];

    // A server's index, by its address: both servers have one, each shared by all classes.
    static readonly ConcurrentDictionary<Uri, Lazy<Task<string>>> s_indices = new();

    /// <summary>Stores them once a server.</summary>
    /// <returns>The index.</returns>
    public static Task<string> StoredAsync(SearchHttp http) =>
        s_indices.GetOrAdd(http.Server, _ => new(() => StoreAsync(http))).Value;

    static async Task<string> StoreAsync(SearchHttp http)
    {
        var index = "shop-" + Guid.NewGuid().ToString("n");
        (await http.PutAsync(index, $$$"""{"settings":{"number_of_replicas":0},"mappings":{"properties":{{{Fields}}}}}""")).Is(200);
        (await http.BulkAsync($"{index}/_bulk?refresh=true", BulkLines.Numbered(s_documents))).Is(200, """{"errors":false}""");
        return index;
    }
}
