using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Queries;

/// <summary>What a query is made for: an index's fields, and the moment that <c>now</c> means.</summary>
sealed record QueryContext(Mapping Mapping, DateTimeOffset Now)
{
    public FieldMapping? Find(string field) => Mapping.Find(field);
}
