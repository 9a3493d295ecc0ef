using System.Collections.Concurrent;
using Clickstream.Local.Search.Indexing;
using Clickstream.Local.Search.Mappings;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Search.Cluster;

/// <summary>An index: what is known of it, and its documents.</summary>
sealed class SearchIndex : IDisposable
{
    // Without a word on the refresh interval, an index that nobody searches is left alone, as OpenSearch does.
    const long IdleAfterMs = 30_000;
    const long DefaultRefreshMs = 1000;
    const int MaxUnrefreshed = 200_000;

    readonly string _directory;
    readonly ILogger _logger;
    readonly Lock _metadataGate = new();
    readonly Lock _engineGate = new();
    readonly ConcurrentBag<DocumentBuilder> _builders = [];
    volatile IndexMetadata _metadata;
    volatile IndexEngine _engine;
    long _refreshedAt;
    long _searchedAt = Environment.TickCount64;
    bool _disposed;

    SearchIndex(string directory, IndexMetadata metadata, ILogger logger)
    {
        (_directory, _metadata, _logger) = (directory, metadata, logger);
        _engine = IndexEngine.Open(directory, metadata.Mapping, logger);
    }

    public IndexMetadata Metadata => _metadata;

    public string Name => _metadata.Name;

    public string Folder => _directory;

    /// <summary>Whether all copies are there that the settings ask for.</summary>
    public bool IsGreen => _metadata.Settings.Replicas == 0;

    public static SearchIndex Open(string directory, ILogger logger) => new(directory, IndexMetadata.Load(directory), logger);

    public static SearchIndex Create(string directory, IndexMetadata metadata, ILogger logger)
    {
        PrivateDirectory.Create(directory);

        // The last that is made: without it the folder is none of an index.
        var index = new SearchIndex(directory, metadata, logger);
        metadata.Save(directory);
        return index;
    }

    /// <summary>Changes what is known of the index, durably.</summary>
    public IndexMetadata Change(Func<IndexMetadata, IndexMetadata> change)
    {
        lock (_metadataGate)
        {
            var changed = change(_metadata);
            try
            {
                changed.Save(_directory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw EngineFailure.From(e);
            }

            return _metadata = changed;
        }
    }

    /// <summary>Carries out a write that is not an update. It is durable after the next <see cref="Sync"/>.</summary>
    /// <exception cref="SearchException">The document does not fit the mapping, or nothing can be written.</exception>
    public WriteResult Write(in WriteRequest request)
    {
        if (request.Kind == WriteKind.Delete)
            return Engine().Delete(request);

        if (!_builders.TryTake(out var builder))
            builder = new();
        try
        {
            var mapping = _metadata.Mapping;
            builder.Build(mapping, request.Id, request.Source);
            while (builder.MissingMapping is { } missing)
            {
                mapping = Change(metadata => metadata with { Mapping = metadata.Mapping.With(missing) }).Mapping;
                builder.Build(mapping, request.Id, request.Source);
            }

            return Engine().Index(request, builder);
        }
        finally
        {
            _builders.Add(builder);
        }
    }

    /// <summary>Makes what was written before durable.</summary>
    public void Sync() => _engine.Sync();

    public StoredDocument? Get(string id) => Engine().Get(id);

    public void Refresh()
    {
        Engine().Refresh();
        _refreshedAt = Environment.TickCount64;
    }

    public void Commit() => Engine().Commit();

    /// <summary>The state that a search looks at.</summary>
    public IndexSnapshot AcquireForSearch()
    {
        var wasIdle = IsIdle;
        Volatile.Write(ref _searchedAt, Environment.TickCount64);
        if (wasIdle && _metadata.Settings.RefreshInterval is null && _engine.NeedsRefresh)
            Refresh();
        return _engine.Acquire();
    }

    /// <summary>The state that searches see, for those who only count.</summary>
    public IndexSnapshot Acquire() => _engine.Acquire();

    /// <summary>Refreshes if it is time to.</summary>
    public void RefreshIfDue()
    {
        if (!_engine.NeedsRefresh || _engine.HasFailed)
            return;
        if (_engine.UnrefreshedCount < MaxUnrefreshed)
        {
            var interval = _metadata.Settings.RefreshInterval;
            if (interval is null && IsIdle)
                return;
            var milliseconds = interval?.TotalMilliseconds ?? DefaultRefreshMs;
            if (milliseconds < 0 || Environment.TickCount64 - _refreshedAt < milliseconds)
                return;
        }

        Refresh();
    }

    /// <summary>Closes the index and removes everything that is kept of it.</summary>
    public void Delete()
    {
        lock (_engineGate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _engine.Abandon();
        }

        // Without this file it is no index any more, should the process be killed here.
        File.Delete(Path.Combine(_directory, IndexMetadata.FileName));
        Directory.Delete(_directory, recursive: true);
    }

    public void Dispose()
    {
        lock (_engineGate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _engine.Dispose();
        }
    }

    bool IsIdle => Environment.TickCount64 - Volatile.Read(ref _searchedAt) > IdleAfterMs;

    // One that has failed is opened anew by the next who needs it: what was acknowledged is on the disk.
    IndexEngine Engine()
    {
        var engine = _engine;
        if (!engine.HasFailed)
            return engine;
        lock (_engineGate)
        {
            if (_disposed)
                throw SearchException.NoSuchIndex(Name);
            if (!_engine.HasFailed)
                return _engine;
            _engine.Abandon();
            try
            {
                _engine = IndexEngine.Open(_directory, _metadata.Mapping, _logger);
            }
            catch (Exception e) when (e is not SearchException)
            {
                throw EngineFailure.From(e);
            }

            SearchLog.IndexReopened(_logger, Name);
            return _engine;
        }
    }
}
