using System.Buffers.Text;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Search.Cluster;

/// <summary>
/// What a request leaves open about the indices that it names. <paramref name="IgnoreUnavailable"/>: Whether a name that there is not is
/// passed over. <paramref name="AllowNone"/>: Whether a pattern may fit nothing.
/// </summary>
sealed record IndexOptions(bool IgnoreUnavailable = false, bool AllowNone = true, bool AliasesToo = true);

/// <summary>The indices by name, and how expressions such as <c>clickstream-*,other</c> and aliases lead to them.</summary>
sealed class IndexRegistry : IDisposable
{
    const int MaxIndices = 1000;

    readonly string _directory;
    readonly TemplateStore _templates;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _gate = new();
    volatile IReadOnlyDictionary<string, SearchIndex> _indices;

    public IndexRegistry(string directory, TemplateStore templates, TimeProvider time, ILogger logger)
    {
        (_directory, _templates, _time, _logger) = (directory, templates, time, logger);
        PrivateDirectory.Create(directory);
        var indices = new SortedDictionary<string, SearchIndex>(StringComparer.Ordinal);
        _indices = indices;
        try
        {
            foreach (var folder in Directory.EnumerateDirectories(directory))
            {
                // What has no metadata was being made or deleted.
                if (!File.Exists(Path.Combine(folder, IndexMetadata.FileName)))
                    Directory.Delete(folder, recursive: true);
                else if (SearchIndex.Open(folder, logger) is var index)
                    indices.Add(index.Name, index);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Every index, by name.</summary>
    public IEnumerable<SearchIndex> All => _indices.Values;

    /// <summary>The indices that an expression means, each once, by name.</summary>
    /// <exception cref="SearchException">index_not_found_exception.</exception>
    public List<SearchIndex> Resolve(string? expression, IndexOptions options)
    {
        var indices = _indices;
        if (expression is null or "" or "_all" or "*")
            return [.. indices.Values];
        var found = new SortedDictionary<string, SearchIndex>(StringComparer.Ordinal);
        foreach (var part in expression.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // Behind a pattern, a minus takes away.
            if (part[0] == '-' && expression.Contains('*', StringComparison.Ordinal))
            {
                foreach (var name in found.Keys.Where(name => Wildcard.Matches(part.AsSpan(1), name)).ToList())
                    found.Remove(name);
                continue;
            }

            IndexName.CheckExpression(part);
            var isPattern = Wildcard.IsPattern(part);
            var matches = indices.Values.Where(index => isPattern
                ? Wildcard.Matches(part, index.Name) || (options.AliasesToo && index.Metadata.Aliases.Any(alias => Wildcard.Matches(part, alias)))
                : index.Name == part || index.Metadata.Aliases.Contains(part)).ToList();
            if (matches.Count == 0 && !(isPattern ? options.AllowNone : options.IgnoreUnavailable))
                throw SearchException.NoSuchIndex(part);
            foreach (var index in matches)
                found[index.Name] = index;
        }

        return [.. found.Values];
    }

    /// <summary>The one index that a name or an alias means, or null.</summary>
    public SearchIndex? Find(string name)
    {
        if (_indices.TryGetValue(name, out var index))
            return index;
        var behind = _indices.Values.Where(candidate => candidate.Metadata.Aliases.Contains(name)).ToList();
        return behind.Count <= 1 ? behind.FirstOrDefault() : throw SearchException.IllegalArgument(
            $"no write index is defined for alias [{name}]. The write index may be explicitly disabled using is_write_index=false " +
            "or the alias points to multiple indices without one being designated as a write index");
    }

    /// <summary>The index that is written to, which is made if it is not there.</summary>
    public SearchIndex FindOrCreate(string name)
    {
        if (Find(name) is { } index)
            return index;
        lock (_gate)
            return Find(name) ?? Create(name, IndexSettings.None, Mapping.Empty, []);
    }

    /// <summary>Makes an index of what the request says on top of what the template for its name says.</summary>
    public SearchIndex Create(string name, IndexSettings settings, Mapping mapping, IReadOnlyList<string> aliases)
    {
        IndexName.Check(name);
        lock (_gate)
        {
            if (_indices.TryGetValue(name, out var present))
            {
                throw new SearchException(400, "resource_already_exists_exception", $"index [{name}/{present.Metadata.Uuid}] already exists")
                {
                    Details = [new("index", name), new("index_uuid", present.Metadata.Uuid)],
                };
            }

            if (_indices.Values.Any(index => index.Metadata.Aliases.Contains(name)))
                throw new SearchException(400, "invalid_index_name_exception", $"Invalid index name [{name}], already exists as alias");
            if (_indices.Count >= MaxIndices)
                throw new SearchException(400, "validation_exception", $"this action would add [1] total shards, but this node holds at most [{MaxIndices}]");
            var template = _templates.For(name);
            var metadata = new IndexMetadata
            {
                Name = name,
                Uuid = Base64Url.EncodeToString(Guid.NewGuid().ToByteArray()),
                CreatedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
                Settings = (template?.Settings ?? IndexSettings.None).With(settings).WithDefaults(),
                Mapping = (template?.Mapping ?? Mapping.Empty).OverriddenBy(mapping),
                Aliases = [.. aliases.Union(template?.Aliases ?? []).Order(StringComparer.Ordinal)],
            };
            var index = Create(metadata);
            _indices = new SortedDictionary<string, SearchIndex>(_indices.ToDictionary(), StringComparer.Ordinal) { [name] = index };
            SearchLog.IndexCreated(_logger, name);
            return index;
        }
    }

    SearchIndex Create(IndexMetadata metadata)
    {
        try
        {
            return SearchIndex.Create(Path.Combine(_directory, metadata.Uuid), metadata, _logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EngineFailure.From(e);
        }
    }

    public void Delete(IEnumerable<SearchIndex> indices)
    {
        lock (_gate)
        {
            foreach (var index in indices)
            {
                // Somebody else may have deleted it, and another one of its name be there.
                if (!_indices.TryGetValue(index.Name, out var present) || present != index)
                    continue;
                var rest = new SortedDictionary<string, SearchIndex>(_indices.ToDictionary(), StringComparer.Ordinal);
                rest.Remove(index.Name);
                _indices = rest;
                try
                {
                    index.Delete();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    SearchLog.FolderLeftBehind(_logger, index.Folder, e.Message);
                }

                SearchLog.IndexDeleted(_logger, index.Name);
            }
        }
    }

    public void Dispose()
    {
        foreach (var index in _indices.Values)
            index.Dispose();
    }
}
