using System.Globalization;
using Clickstream.Local.Files;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Index;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Microsoft.Extensions.Logging;
using Lock = System.Threading.Lock;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// The documents of one index: Lucene, and a translog for what Lucene has not committed yet. Writes of different documents go side by
/// side, those of one document one after the other.
/// <code>
/// lucene/     Lucene's files; the commit's user data name the translog's generation that goes on from it
/// translog/   see Translog
/// </code>
/// </summary>
sealed partial class IndexEngine : IDisposable
{
    /// <summary>At this size of the translog Lucene commits: a start after a kill replays at most as much.</summary>
    public const long DefaultCommitSize = 32 * 1024 * 1024;

    const int Stripes = 256;
    const int MergedAtOnce = 20;

    readonly ReaderWriterLockSlim _gate = new(LockRecursionPolicy.NoRecursion);
    readonly Lock[] _stripes = [.. Enumerable.Range(0, Stripes).Select(static _ => new Lock())];
    readonly VersionMap _versions = new();
    readonly IdFilter _ids = new();
    readonly Lucene.Net.Store.Directory _directory;
    readonly IndexWriter _writer;
    readonly Translog _translog;
    readonly long _commitSize;
    readonly ILogger _logger;
    volatile DirectoryReader _reader;
    long _seqNo;
    long _writesSinceRefresh;
    volatile bool _failed;
    volatile bool _closed;

    IndexEngine(string path, Mapping mapping, ILogger logger, long commitSize, Func<string, LogFile> openFile)
    {
        (_commitSize, _logger) = (commitSize, logger);
        var translogPath = Path.Combine(path, "translog");
        System.IO.Directory.CreateDirectory(translogPath);

        // The data folder's own lock keeps other processes out, and a kill leaves none of Lucene's behind.
        _directory = FSDirectory.Open(Path.Combine(path, "lucene"), NoLockFactory.GetNoLockFactory());
        _writer = new(_directory, new(LuceneVersion.LUCENE_48, TextAnalysis.Analyzer)
        {
            OpenMode = OpenMode.CREATE_OR_APPEND,
            RAMBufferSizeMB = 48,

            // A refresh a second makes many small segments. With Lucene's 10 each document is merged twice on its way to the millionth.
            MergePolicy = new TieredMergePolicy { SegmentsPerTier = MergedAtOnce, MaxMergeAtOnce = MergedAtOnce },
            Similarity = ScoredAsOpenSearch.Instance,
        });
        try
        {
            _reader = DirectoryReader.Open(_writer, applyAllDeletes: true);
            IndexLookup.ForEachId(_reader, _ids.Add);
            _seqNo = Math.Max(IndexLookup.MaxSeqNo(_reader), CommittedNumber(SeqNoKey, -1));
            _translog = Replay(path, translogPath, mapping, openFile);
            Refresh();
        }
        catch
        {
            _translog?.Dispose();
            _writer.Rollback();
            _reader?.Dispose();
            _directory.Dispose();
            throw;
        }
    }

    /// <summary>Whether a search would see more after a refresh.</summary>
    public bool NeedsRefresh => Interlocked.Read(ref _writesSinceRefresh) > 0;

    /// <summary>How many documents wait for a refresh.</summary>
    public int UnrefreshedCount => _versions.Count;

    /// <summary>Something went wrong that leaves memory and disk apart, such as a full disk: nothing can be written until it is opened anew.</summary>
    public bool HasFailed => _failed;

    /// <summary>Opens what is in the folder, and replays what a kill has left.</summary>
    public static IndexEngine Open(
        string path, Mapping mapping, ILogger logger, long commitSize = DefaultCommitSize, Func<string, LogFile>? openFile = null) =>
        new(path, mapping, logger, commitSize, openFile ?? (static file => new LogFile(file)));

    /// <summary>Stores the document that was built from the request's source. It is durable after the next <see cref="Sync"/>.</summary>
    public WriteResult Index(in WriteRequest request, DocumentBuilder document)
    {
        _gate.EnterReadLock();
        try
        {
            lock (StripeOf(request.Id))
            {
                ThrowIfFailed();
                var present = FindVersion(request.Id);
                if (VersionRules.Conflict(request, present) is { } conflict)
                    return new(WriteOutcome.Conflict, present?.Version ?? 0, present?.SeqNo ?? 0, conflict);
                var record = new TranslogRecord(
                    false, Interlocked.Increment(ref _seqNo), VersionRules.Next(request, present), request.Id, request.Source);
                document.Stamp(record.Version, record.SeqNo);
                var exists = present is { IsDeleted: false };
                try
                {
                    Store(record, document, exists);
                    _versions.Set(record.Id, new(record.Version, record.SeqNo, IsDeleted: false, _translog.Append(record)));
                }
                catch (ArgumentException e)
                {
                    // Lucene does not take the document, and goes on.
                    throw SearchException.IllegalArgument(e.Message);
                }
                catch (Exception e) when (e is not SearchException)
                {
                    throw Fail(e);
                }

                Interlocked.Increment(ref _writesSinceRefresh);
                return new(exists ? WriteOutcome.Updated : WriteOutcome.Created, record.Version, record.SeqNo);
            }
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Deletes a document. A deletion of what is not there is an operation, too: it has a version that later writes must exceed.</summary>
    public WriteResult Delete(in WriteRequest request)
    {
        _gate.EnterReadLock();
        try
        {
            lock (StripeOf(request.Id))
            {
                ThrowIfFailed();
                var present = FindVersion(request.Id);
                if (VersionRules.Conflict(request, present) is { } conflict)
                    return new(WriteOutcome.Conflict, present?.Version ?? 0, present?.SeqNo ?? 0, conflict);
                var record = new TranslogRecord(
                    true, Interlocked.Increment(ref _seqNo), VersionRules.Next(request, present), request.Id, default);
                var exists = present is { IsDeleted: false };
                try
                {
                    if (exists)
                        _writer.DeleteDocuments(new Term(MetaFields.Id, record.Id));
                    _translog.Append(record);
                    _versions.Set(record.Id, new(record.Version, record.SeqNo, IsDeleted: true, At: Environment.TickCount64));
                }
                catch (Exception e) when (e is not SearchException)
                {
                    throw Fail(e);
                }

                Interlocked.Increment(ref _writesSinceRefresh);
                return new(exists ? WriteOutcome.Deleted : WriteOutcome.NotFound, record.Version, record.SeqNo);
            }
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>A document as the last write left it, whether a search sees that already or not.</summary>
    public StoredDocument? Get(string id)
    {
        ThrowIfFailed();
        if (_versions.Find(id) is { } version)
        {
            if (version.IsDeleted)
                return null;
            if (_translog.Read(version.Location) is { } record)
                return new(id, record.Source, version.Version, version.SeqNo);
        }

        using var snapshot = Acquire();
        return IndexLookup.FindDocument(snapshot.Reader, id);
    }

    /// <summary>Makes everything that was written before durable, and commits Lucene if it is time for that.</summary>
    public void Sync()
    {
        ThrowIfFailed();
        try
        {
            _translog.Sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw Fail(e);
        }

        if (_translog.Size >= _commitSize)
            CommitInBackground();
    }

    /// <summary>The state that searches see now.</summary>
    public IndexSnapshot Acquire()
    {
        while (true)
        {
            var reader = _reader;
            if (reader.TryIncRef())
                return new(reader);

            // Either it was just replaced, or this is the end.
            if (_closed)
                throw EngineFailure.Failed();
        }
    }

    DocumentVersion? FindVersion(string id)
    {
        if (_versions.Find(id) is { } version)
            return version;
        if (!_ids.MayContain(id))
            return null;
        using var snapshot = Acquire();
        return IndexLookup.FindVersion(snapshot.Reader, id);
    }

    void Store(in TranslogRecord record, DocumentBuilder document, bool exists)
    {
        if (exists)
        {
            _writer.UpdateDocument(new Term(MetaFields.Id, record.Id), document.Fields);
            return;
        }

        _writer.AddDocument(document.Fields);
        _ids.Add(record.Id);
    }

    Lock StripeOf(string id) => _stripes[(uint)id.GetHashCode(StringComparison.Ordinal) % Stripes];

    SearchException Fail(Exception e)
    {
        _failed = true;
        SearchLog.WriteFailed(_logger, _directory.ToString() ?? "", e.Message);
        return EngineFailure.From(e);
    }

    void ThrowIfFailed()
    {
        if (_failed)
            throw EngineFailure.Failed();
    }

    // A number that the last commit has noted.
    long CommittedNumber(string key, long otherwise) =>
        _writer.CommitData.TryGetValue(key, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
