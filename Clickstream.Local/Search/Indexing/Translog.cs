using Clickstream.Local.Files;
using Clickstream.Local.Processes;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// What happened to an index since Lucene's last commit, in files <c>translog-N.log</c>. An operation is in memory until a sync writes and
/// forces it to the disk; one sync serves everybody who waited for it. A generation ends with a commit, which makes the older ones needless.
/// </summary>
sealed class Translog : IDisposable
{
    const string Prefix = "translog-";
    const string Extension = ".log";
    const int WriteAt = 1024 * 1024;

    readonly string _directory;
    readonly Func<string, LogFile> _openFile;
    readonly Lock _gate = new();
    readonly Lock _syncGate = new();
    readonly SortedDictionary<long, LogFile> _older = [];
    readonly TranslogBuffer _buffer = new();
    LogFile _file;
    long _written;
    long _synced;
    Exception? _failure;

    public Translog(string directory, long generation, Func<string, LogFile> openFile)
    {
        (_directory, _openFile, Generation) = (directory, openFile, generation);
        _file = Open(generation);
        _written = _synced = _file.Length;
    }

    /// <summary>The generation that grows.</summary>
    public long Generation { get; private set; }

    /// <summary>How much it has, the part in memory too.</summary>
    public long Size
    {
        get
        {
            lock (_gate)
                return _written + _buffer.Length;
        }
    }

    /// <summary>The generations that there are, in order.</summary>
    public static List<long> Generations(string directory) =>
        [.. Directory.EnumerateFiles(directory, Prefix + "*" + Extension)
            .Select(static path => Path.GetFileName(path)[Prefix.Length..^Extension.Length])
            .Where(static number => number.All(char.IsAsciiDigit))
            .Select(long.Parse)
            .Order()];

    public static string PathOf(string directory, long generation) => Path.Combine(directory, $"{Prefix}{generation}{Extension}");

    /// <summary>Adds an operation, in memory. It is stored when a <see cref="Sync"/> that begins later has ended.</summary>
    public TranslogLocation Append(in TranslogRecord record)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            var start = _buffer.Length;
            record.WriteTo(_buffer);
            var location = new TranslogLocation(Generation, _written + start, _buffer.Length - start);
            if (_buffer.Length >= WriteAt)
                WriteBuffer();
            return location;
        }
    }

    /// <summary>Returns when all that was added before is on the disk.</summary>
    /// <exception cref="IOException">It could not be written; from then on nothing can.</exception>
    public void Sync()
    {
        long wanted;
        lock (_gate)
        {
            ThrowIfFailed();
            wanted = _written + _buffer.Length;
        }

        lock (_syncGate)
        {
            if (_synced >= wanted)
                return;
            LogFile file;
            long end;
            lock (_gate)
            {
                ThrowIfFailed();
                WriteBuffer();
                (file, end) = (_file, _written);
            }

            try
            {
                file.Flush();
                _synced = end;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                lock (_gate)
                    _failure = e;
                throw;
            }
        }
    }

    /// <summary>Reads an operation back, wherever it is.</summary>
    /// <returns>Null if its generation is gone: then Lucene has it.</returns>
    public TranslogRecord? Read(TranslogLocation location)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            if (location.Generation == Generation)
                WriteBuffer();
            var file = location.Generation == Generation ? _file : _older.GetValueOrDefault(location.Generation);
            if (file is null)
                return null;
            var bytes = new byte[location.Length];
            return file.Read(bytes, location.Position) == bytes.Length ? TranslogRecord.TryRead(bytes, out _) : null;
        }
    }

    /// <summary>Begins the next generation. The caller sees to it that nothing is added meanwhile.</summary>
    public void Roll()
    {
        Sync();
        lock (_syncGate)
        {
            lock (_gate)
            {
                var next = Open(Generation + 1);
                _older.Add(Generation, _file);
                _file = next;
                _written = _synced = _file.Length;
                Generation++;
            }
        }
    }

    /// <summary>Removes the generations below the one that grows: a commit has what is in them.</summary>
    public void DeleteOlder(long below)
    {
        lock (_gate)
        {
            foreach (var generation in _older.Keys.Where(g => g < below).ToList())
            {
                _older[generation].Dispose();
                _older.Remove(generation);
            }
        }

        foreach (var generation in Generations(_directory).Where(g => g < below))
            File.Delete(PathOf(_directory, generation));
    }

    public void Dispose()
    {
        lock (_syncGate)
        {
            lock (_gate)
            {
                _failure ??= new ObjectDisposedException(nameof(Translog));
                foreach (var file in _older.Values)
                    file.Dispose();
                _file.Dispose();
            }
        }
    }

    LogFile Open(long generation)
    {
        var path = PathOf(_directory, generation);
        var isNew = !File.Exists(path);
        var file = _openFile(path);
        if (isNew && Posix.IsAvailable)
            Posix.SyncDirectory(_directory);
        return file;
    }

    void WriteBuffer()
    {
        if (_buffer.Length == 0)
            return;
        try
        {
            _file.Write(_buffer.Written, _written);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failure = e;
            throw;
        }

        _written += _buffer.Length;
        _buffer.Clear();
    }

    void ThrowIfFailed()
    {
        if (_failure is not null)
            throw new IOException($"the translog cannot be written: {_failure.Message}", _failure);
    }
}

/// <summary>Where an operation is in the translog.</summary>
readonly record struct TranslogLocation(long Generation, long Position, int Length);
