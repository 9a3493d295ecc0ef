using System.Collections.Concurrent;
using Clickstream.Local.Files;
using Clickstream.Local.Search.Indexing;
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
    readonly Func<string, LogFile>? _openFile;
    readonly Lock _metadataGate = new();
    readonly Lock _engineGate = new();
    readonly ConcurrentBag<DocumentBuilder> _builders = [];
    volatile IndexMetadata _metadata;
    volatile IndexEngine _engine;
    long _refreshedAt;
    long _searchedAt = Environment.TickCount64;
    volatile bool _disposed;

    SearchIndex(string directory, IndexMetadata metadata, ILogger logger, Func<string, LogFile>? openFile = null)
    {
        (_directory, _metadata, _logger, _openFile) = (directory, metadata, logger, openFile);
        _engine = OpenEngine();
    }

    public IndexMetadata Metadata => _metadata;

    public string Name => _metadata.Name;

    public string Folder => _directory;

    /// <summary>Whether all copies are there that the settings ask for.</summary>
    public bool IsGreen => _metadata.Settings.Replicas == 0;

    public static SearchIndex Open(string directory, ILogger logger) => new(directory, IndexMetadata.Load(directory), logger);

    public static SearchIndex Create(string directory, IndexMetadata metadata, ILogger logger, Func<string, LogFile>? openFile = null)
    {
        PrivateDirectory.Create(directory);

        // The last that is made: without it the folder is none of an index.
        var index = new SearchIndex(directory, metadata, logger, openFile);
        metadata.Save(directory);
        return index;
    }

    /// <summary>Changes what is known of the index, durably.</summary>
    public IndexMetadata Change(Func<IndexMetadata, IndexMetadata> change)
    {
        lock (_metadataGate)
        {
            if (_disposed)
                throw SearchException.NoSuchIndex(Name);
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

    /// <summary>Begins the writes of a request.</summary>
    /// <exception cref="SearchException">Nothing can be written, or the index was deleted.</exception>
    public IndexWrites BeginWrites() => new(this, Engine());

    /// <summary>What makes documents of this index, for one thread, until it is given back.</summary>
    public DocumentBuilder RentBuilder() => _builders.TryTake(out var builder) ? builder : new();

    public void ReturnBuilder(DocumentBuilder builder) => _builders.Add(builder);

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
        return Acquire();
    }

    /// <summary>The state that searches see, for those who only count.</summary>
    public IndexSnapshot Acquire() => Engine().Acquire();

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

        // Not while somebody writes it anew. Without this file it is no index any more, should the process be killed here.
        lock (_metadataGate)
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

    IndexEngine OpenEngine() => IndexEngine.Open(_directory, _metadata.Mapping, _logger, openFile: _openFile);

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
                _engine = OpenEngine();
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
