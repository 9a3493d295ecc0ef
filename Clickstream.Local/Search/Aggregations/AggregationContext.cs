using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Aggregations;

/// <summary>What aggregations are made for: the segments of a request, and how many buckets an answer may have.</summary>
sealed class AggregationContext(IReadOnlyList<SearchShard> shards, IReadOnlyList<SearchLeaf> leaves, OrdinalCache ordinals, DateTimeOffset now)
{
    /// <summary>As OpenSearch's <c>search.max_buckets</c>.</summary>
    const int MaxBuckets = 65_535;

    int _buckets;

    public IReadOnlyList<SearchShard> Shards { get; } = shards;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The field, or null if no index has it: then there are no values.</summary>
    /// <exception cref="SearchException">It cannot be aggregated, or is of another type in another index.</exception>
    public FieldMapping? Find(string name)
    {
        FieldMapping? field = null;
        foreach (var shard in Shards)
        {
            if (shard.Mapping.Find(name) is not { } found)
                continue;
            DocValueFields.Require(found);
            if (field is not null && field.Type != found.Type)
            {
                throw SearchException.OfShard(
                    "aggregation_execution_exception", $"Failed trying to format bytes as {field.Type.Name()}: [{name}] is of type [{found.Type.Name()}] in another index");
            }

            field ??= found;
        }

        return field;
    }

    /// <summary>A field that must hold numbers, dates or booleans.</summary>
    public FieldMapping? FindNumeric(string name, string aggregation)
    {
        var field = Find(name);
        return field is { Type: FieldType.Keyword }
            ? throw SearchException.OfShard(
                "illegal_argument_exception", $"Field [{name}] of type [{field.Type.Name()}] is not supported for aggregation [{aggregation}]")
            : field;
    }

    public GlobalOrdinals OrdinalsOf(FieldMapping field) => GlobalOrdinals.For(field.Name, leaves, ordinals);

    /// <summary>Counts buckets that go into the answer.</summary>
    /// <exception cref="SearchException">too_many_buckets_exception.</exception>
    public void AddBuckets(long count)
    {
        if (_buckets + count > MaxBuckets)
        {
            throw SearchException.OfShard(
                "too_many_buckets_exception",
                $"Trying to create too many buckets. Must be less than or equal to: [{MaxBuckets}] but was [{_buckets + count}]. " +
                "This limit can be set by changing the [search.max_buckets] cluster level setting.",
                status: 503);
        }

        _buckets += (int)count;
    }
}
