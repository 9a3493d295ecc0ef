using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;

namespace Clickstream.Local.Search.Cluster;

/// <summary>
/// The writes of one request to an index. All go to the engine that was there when it began: should that fail, so do they, those that
/// were carried out before too, since only what <see cref="Sync"/> returns from is durable.
/// </summary>
sealed class IndexWrites(SearchIndex index, IndexEngine engine)
{
    public SearchIndex Index => index;

    /// <summary>Carries out a write that is not an update. It is durable after the next <see cref="Sync"/>.</summary>
    /// <exception cref="SearchException">The document does not fit the mapping, or nothing can be written.</exception>
    public WriteResult Write(in WriteRequest request)
    {
        if (request.Kind == WriteKind.Delete)
            return engine.Delete(request);
        var builder = index.RentBuilder();
        try
        {
            builder.Build(index.Metadata.Mapping, request.Id, request.Source);
            while (builder.MissingMapping is { } missing)
            {
                var mapping = index.Change(metadata => metadata with { Mapping = metadata.Mapping.With(missing) }).Mapping;
                builder.Build(mapping, request.Id, request.Source);
            }

            return engine.Index(request, builder);
        }
        finally
        {
            index.ReturnBuilder(builder);
        }
    }

    /// <summary>A document as the last write left it.</summary>
    public StoredDocument? Get(string id) => engine.Get(id);

    /// <summary>Makes what was written before durable.</summary>
    /// <exception cref="SearchException">Nothing of it may be taken for written.</exception>
    public void Sync() => engine.Sync();
}
