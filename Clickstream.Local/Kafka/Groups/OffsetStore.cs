namespace Clickstream.Local.Kafka.Groups;

/// <summary>The committed offsets of all groups: in memory, with a journal on disk that is rewritten when most of it is outdated.</summary>
sealed class OffsetStore : IDisposable
{
    const int RewriteAfter = 20_000;

    readonly Lock _gate = new();
    readonly Dictionary<string, Dictionary<TopicPartition, CommittedOffset>> _groups = new(StringComparer.Ordinal);
    readonly OffsetJournal _journal;
    int _live;
    int _recordsInJournal;

    public OffsetStore(string path)
    {
        _journal = OffsetJournal.Open(path, record => Apply(Change.Decode(record)));
        RewriteIfOutdated();
    }

    public readonly record struct TopicPartition(string Topic, int Partition);

    public IReadOnlyList<string> GroupIds
    {
        get
        {
            lock (_gate) return [.. _groups.Keys];
        }
    }

    /// <summary>All committed offsets of a group; none for a group never heard of.</summary>
    public IReadOnlyDictionary<TopicPartition, CommittedOffset> All(string groupId)
    {
        lock (_gate) return _groups.TryGetValue(groupId, out var offsets) ? new Dictionary<TopicPartition, CommittedOffset>(offsets) : [];
    }

    /// <summary>Stores offsets, all or none. Throws <see cref="IOException"/> if the disk does not take them.</summary>
    public void Commit(string groupId, IEnumerable<KeyValuePair<TopicPartition, CommittedOffset>> offsets) =>
        Write([.. offsets.Select(o => new Change(groupId, o.Key, o.Value))]);

    /// <summary>Forgets single offsets.</summary>
    public void Delete(string groupId, IEnumerable<TopicPartition> partitions) =>
        Write([.. partitions.Select(p => new Change(groupId, p, null))]);

    /// <summary>Forgets a group's offsets altogether; false if there were none.</summary>
    public bool DeleteGroup(string groupId)
    {
        var offsets = All(groupId);
        if (offsets.Count == 0) return false;
        Delete(groupId, offsets.Keys);
        return true;
    }

    /// <summary>Forgets what all groups had committed of a topic that is gone: another of its name begins at 0.</summary>
    public void DeleteTopic(string topic)
    {
        lock (_gate)
        {
            Write([.. _groups.SelectMany(g => g.Value.Keys.Where(p => p.Topic == topic).Select(p => new Change(g.Key, p, null)))]);
        }
    }

    public void Flush()
    {
        lock (_gate) _journal.Flush();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _journal.Flush();
            _journal.Dispose();
        }
    }

    void Write(List<Change> changes)
    {
        if (changes.Count == 0) return;
        lock (_gate)
        {
            _journal.Append(changes.Select(static c => c.Encode()));
            foreach (var change in changes) Apply(change);
            RewriteIfOutdated();
        }
    }

    void Apply(in Change change)
    {
        _recordsInJournal++;
        if (change.Offset is { } offset)
        {
            if (!_groups.TryGetValue(change.GroupId, out var offsets)) _groups[change.GroupId] = offsets = [];
            if (!offsets.ContainsKey(change.Partition)) _live++;
            offsets[change.Partition] = offset;
        }
        else if (_groups.TryGetValue(change.GroupId, out var offsets) && offsets.Remove(change.Partition))
        {
            _live--;
            if (offsets.Count == 0) _groups.Remove(change.GroupId);
        }
    }

    void RewriteIfOutdated()
    {
        if (_recordsInJournal < RewriteAfter + 4 * _live) return;
        try
        {
            _journal.Replace(_groups.SelectMany(g => g.Value.Select(o => new Change(g.Key, o.Key, o.Value).Encode())));
            _recordsInJournal = _live;
        }
        catch (IOException)
        {
            // No room for a second journal beside the first, which still holds everything. The next commit tries again.
        }
    }

    /// <summary>A record of the journal: an offset committed, or, without one, forgotten.</summary>
    readonly record struct Change(string GroupId, TopicPartition Partition, CommittedOffset? Offset)
    {
        public byte[] Encode()
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            writer.Write(GroupId);
            writer.Write(Partition.Topic);
            writer.Write(Partition.Partition);
            writer.Write(Offset is not null);
            if (Offset is { } offset)
            {
                writer.Write(offset.Offset);
                writer.Write(offset.LeaderEpoch);
                writer.Write(offset.Metadata);
            }

            return stream.ToArray();
        }

        public static Change Decode(ReadOnlySpan<byte> record)
        {
            using var reader = new BinaryReader(new MemoryStream(record.ToArray()));
            var groupId = reader.ReadString();
            var partition = new TopicPartition(reader.ReadString(), reader.ReadInt32());
            CommittedOffset? offset = reader.ReadBoolean() ? new(reader.ReadInt64(), reader.ReadInt32(), reader.ReadString()) : null;
            return new(groupId, partition, offset);
        }
    }
}
