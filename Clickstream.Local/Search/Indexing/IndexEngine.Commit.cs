using System.Globalization;
using Clickstream.Local.Files;
using Clickstream.Local.Search.Mappings;
using Lucene.Net.Index;

namespace Clickstream.Local.Search.Indexing;

/// <summary>How writes come to be seen, how Lucene commits them, and what a start does with those that were not committed.</summary>
sealed partial class IndexEngine
{
    const string GenerationKey = "translog_generation";

    // Of deletions, too, which leave no document that has it.
    const string SeqNoKey = "max_seq_no";

    readonly Lock _refreshGate = new();
    readonly Lock _commitGate = new();
    int _committing;

    /// <summary>Lets searches see all that was written before.</summary>
    public void Refresh()
    {
        lock (_refreshGate)
        {
            Interlocked.Exchange(ref _writesSinceRefresh, 0);
            _versions.BeginRefresh();
            try
            {
                if (DirectoryReader.OpenIfChanged(_reader, _writer, applyAllDeletes: true) is { } next)
                {
                    var previous = _reader;
                    _reader = next;
                    previous.DecRef();
                }
            }
            catch (Exception e)
            {
                throw Fail(e);
            }

            _versions.EndRefresh();
        }
    }

    /// <summary>Has Lucene keep everything on the disk, so that the translog begins anew.</summary>
    public void Commit()
    {
        lock (_commitGate)
        {
            ThrowIfFailed();
            try
            {
                // What comes behind this may be in the commit or not: it is in the new generation in any case, and a replay sees by its
                // number what is there already.
                long generation;
                _gate.EnterWriteLock();
                try
                {
                    _translog.Roll();
                    generation = _translog.Generation;
                    _writer.SetCommitData(new Dictionary<string, string>
                    {
                        [GenerationKey] = generation.ToString(CultureInfo.InvariantCulture),
                        [SeqNoKey] = _seqNo.ToString(CultureInfo.InvariantCulture),
                    });
                }
                finally
                {
                    _gate.ExitWriteLock();
                }

                _writer.Commit();

                // A document that only the old generations have could not be got any more.
                Refresh();
                _translog.DeleteOlder(generation);
            }
            catch (Exception e) when (e is not SearchException)
            {
                throw Fail(e);
            }
        }
    }

    /// <summary>Commits, so that the next start has nothing to replay, and closes.</summary>
    public void Dispose()
    {
        try
        {
            if (!_failed && (_translog.Size > 0 || _writer.HasUncommittedChanges()))
                Commit();
        }
        catch (SearchException)
        {
            // It was reported. The translog has what was acknowledged.
        }

        Abandon();
    }

    /// <summary>Closes without a commit: what is in memory goes, the translog stays.</summary>
    public void Abandon()
    {
        lock (_commitGate)
        {
            lock (_refreshGate)
            {
                _failed = _closed = true;
                _translog.Dispose();
                try
                {
                    _writer.Rollback();
                }
                catch (Exception e) when (e is IOException or ObjectDisposedException)
                {
                    SearchLog.CloseFailed(_logger, _directory.ToString() ?? "", e.Message);
                }

                _reader.Dispose();
                _directory.Dispose();
            }
        }
    }

    void CommitInBackground()
    {
        if (Interlocked.Exchange(ref _committing, 1) == 1)
            return;
        _ = Task.Run(() =>
        {
            try
            {
                if (_translog.Size >= _commitSize)
                    Commit();
            }
            catch (SearchException)
            {
                // It was reported, and the next write opens the index anew.
            }
            finally
            {
                Volatile.Write(ref _committing, 0);
            }
        });
    }

    Translog Replay(string path, string directory, Mapping mapping, Func<string, LogFile> openFile)
    {
        var committed = CommittedNumber(GenerationKey, 1);
        var generation = committed;
        var builder = new DocumentBuilder();
        var replayed = 0;
        foreach (var found in Translog.Generations(directory).Where(g => g >= committed))
        {
            generation = found;
            using var file = openFile(Translog.PathOf(directory, found));
            var cut = TranslogRecovery.Replay(file, record =>
            {
                Apply(record, mapping, builder);
                replayed++;
            });
            if (cut > 0)
                SearchLog.TailCutOff(_logger, file.Path, cut);
        }

        if (replayed > 0)
            SearchLog.Replayed(_logger, path, replayed);
        var translog = new Translog(directory, generation, openFile);
        translog.DeleteOlder(committed);
        return translog;
    }

    void Apply(in TranslogRecord record, Mapping mapping, DocumentBuilder builder)
    {
        _seqNo = Math.Max(_seqNo, record.SeqNo);
        var present = FindVersion(record.Id);
        if (present?.SeqNo >= record.SeqNo)
            return;
        var exists = present is { IsDeleted: false };
        if (record.IsDelete)
        {
            if (exists)
                _writer.DeleteDocuments(new Term(MetaFields.Id, record.Id));
            _versions.Set(record.Id, new(record.Version, record.SeqNo, IsDeleted: true, At: Environment.TickCount64));
            return;
        }

        builder.Build(mapping, record.Id, record.Source);
        builder.Stamp(record.Version, record.SeqNo);
        Store(record, builder, exists);

        // Its source is not asked for before the refresh that ends the replay.
        _versions.Set(record.Id, new(record.Version, record.SeqNo, IsDeleted: false));
    }
}
