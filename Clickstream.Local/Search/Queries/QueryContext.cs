using Clickstream.Local.Search.Mappings;
using Clickstream.Local.Search.Searching;

namespace Clickstream.Local.Search.Queries;

/// <summary>What a query is made for: an index's fields and the values of its numbers, and the moment that <c>now</c> means.</summary>
sealed record QueryContext(Mapping Mapping, ColumnCache Columns, DateTimeOffset Now)
{
    public FieldMapping? Find(string field) => Mapping.Find(field);
}
