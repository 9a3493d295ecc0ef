using System.Text.Json.Nodes;

namespace Clickstream.Tests.Search.Difference;

/// <summary>Collects where two servers answer the same request differently.</summary>
sealed class Comparison
{
    const int Shown = 8;

    readonly List<string> _differences = [];
    int _requests;
    int _successes;

    /// <summary>Notes the answers to a request.</summary>
    public void Add(string request, Answer first, Answer second)
    {
        _requests++;
        if (first.Status == 200)
            _successes++;
        var (a, b) = (Normal(first), Normal(second));
        var difference = first.Status != second.Status
            ? $"status {second.Status} instead of {first.Status}: {second.Text}"
            : JsonPart.Difference(a, b) ?? (JsonPart.Difference(b, a) is { } reverse ? $"the other way round: {reverse}" : null);
        if (difference is not null)
            _differences.Add($"{request}\n    {difference[..Math.Min(difference.Length, 600)]}");
    }

    /// <summary>Fails if there was a difference, or if the requests were not worth asking: most must be answered.</summary>
    /// <param name="least">How large a part of them.</param>
    public void Done(double least = 0.9)
    {
        if (_differences.Count > 0)
            Assert.Fail($"{_differences.Count} of {_requests} answers differ:\n{string.Join('\n', _differences.Take(Shown))}");
        Assert.InRange(_successes, (int)(_requests * least), _requests);
    }

    // OpenSearch's fast path for filters and histograms says that there is no meta where nobody asked.
    static void RemoveEmptyMeta(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            if (members["meta"] is JsonObject { Count: 0 })
                members.Remove("meta");
            foreach (var member in members)
                RemoveEmptyMeta(member.Value);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                RemoveEmptyMeta(item);
        }
    }

    // What may differ goes: times, and scores, whose formula changed between Lucene's versions.
    static JsonNode Normal(Answer answer)
    {
        if (answer.Status >= 400)
        {
            // What is wrong with malformed JSON every parser says in its own way.
            var type = (string?)answer.Json["error"]?["root_cause"]?[0]?["type"];
            return new JsonObject { ["type"] = type == "json_e_o_f_exception" ? "json_parse_exception" : type };
        }

        var json = answer.Json.DeepClone();
        RemoveEmptyMeta(json);
        foreach (var name in (string[])["took", "timed_out", "_shards"])
            json.AsObject().Remove(name);
        if (json["hits"] is JsonObject hits)
        {
            hits.Remove("max_score");
            foreach (var hit in hits["hits"]!.AsArray())
                hit!.AsObject().Remove("_score");
        }

        if (json["items"] is JsonArray items)
        {
            foreach (var item in items.Select(static item => item!.AsObject().First().Value!.AsObject()))
            {
                item.Remove("_shards");
                if (item["error"] is { } error)
                    item["error"] = error["type"]!.DeepClone();
            }
        }

        return json;
    }
}
