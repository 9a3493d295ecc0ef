using System.Text.Json;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>
/// Something that is computed from the documents of each bucket it hangs under; at the top of a request there is one bucket, 0. It is given
/// the documents segment by segment.
/// </summary>
abstract class Aggregator(string name)
{
    /// <summary>The bucket of no documents, for the gaps in a histogram.</summary>
    public const int Empty = -1;

    public string Name { get; } = name;

    /// <summary>What the request wants to have back with the result.</summary>
    public JsonElement? Meta { get; set; }

    /// <summary>Writes the result under its name.</summary>
    public void WriteNamed(Utf8JsonWriter json, int bucket)
    {
        json.WriteStartObject(Name);
        if (Meta is { } meta)
        {
            json.WritePropertyName("meta");
            meta.WriteTo(json);
        }

        Write(json, bucket);
        json.WriteEndObject();
    }

    /// <summary>What follows is from this segment.</summary>
    public abstract void SetLeaf(SearchLeaf leaf);

    public abstract void Collect(int document, int bucket);

    /// <summary>Writes the members of the result's object.</summary>
    public abstract void Write(Utf8JsonWriter json, int bucket);

    /// <summary>
    /// A number of the result that buckets can be ordered by. <paramref name="part"/>: Which one, where there are several.
    /// </summary>
    public virtual double Metric(string? part, int bucket) => throw SearchException.OfShard(
        "aggregation_execution_exception",
        $"Invalid aggregation order path [{Name}]. Buckets can only be sorted on a sub-aggregator path that is built out of zero or more single-bucket aggregations within the path and a final single-bucket or a metrics aggregation at the path end.",
        status: 500);
}

/// <summary>An aggregation that puts documents into buckets, which may have aggregations of their own.</summary>
abstract class BucketAggregator(string name, IReadOnlyList<Aggregator> children) : Aggregator(name)
{
    Growing<long> _counts = new();

    protected IReadOnlyList<Aggregator> Children { get; } = children;

    public override void SetLeaf(SearchLeaf leaf)
    {
        foreach (var child in Children)
            child.SetLeaf(leaf);
    }

    protected long CountOf(int bucket) => _counts.At(bucket);

    protected void CollectInto(int bucket, int document)
    {
        _counts[bucket]++;
        for (var i = 0; i < Children.Count; i++)
            Children[i].Collect(document, bucket);
    }

    /// <summary>Writes <c>doc_count</c> and what the children have.</summary>
    protected void WriteBucket(Utf8JsonWriter json, int bucket)
    {
        json.WriteNumber("doc_count", CountOf(bucket));
        foreach (var child in Children)
            child.WriteNamed(json, bucket);
    }
}
