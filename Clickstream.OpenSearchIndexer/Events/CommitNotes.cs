using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>Whose offsets are meant: what the group has indexed of a topic is in one index, and says nothing of another.</summary>
/// <param name="Group">The group's id.</param>
/// <param name="Topic">The topic's name.</param>
/// <param name="TopicId">The topic as it is now.</param>
/// <param name="IndexUuid">The index as it is now.</param>
sealed record IndexedTopic(string Group, string Topic, Guid TopicId, string IndexUuid);

/// <summary>
/// Of which partitions the group's committed offset speaks of the index and the topic that are there now. Kafka does not know: it keeps
/// offsets by the topic's name. So an index of our own, which all indexers share, has a document for each partition, written after an
/// offset was committed by one that filled this index from this topic. Without the document a committed offset counts for nothing.
/// </summary>
sealed class CommitNotes(OpenSearchClient client, OpenSearchRetry retry, string index, IndexedTopic subject, TimeProvider time)
{
    // Found in the index, or committed by this process.
    readonly ConcurrentDictionary<int, bool> _counting = [];
    readonly Channel<int> _unwritten = Channel.CreateUnbounded<int>();

    /// <summary>What they are about.</summary>
    public IndexedTopic Subject => subject;

    /// <summary>Those of the partitions of which the committed offset counts.</summary>
    public async Task<IReadOnlySet<int>> FindAsync(IEnumerable<int> partitions, CancellationToken cancellationToken)
    {
        var counting = new HashSet<int>();
        foreach (var partition in partitions)
        {
            if (_counting.ContainsKey(partition) || await retry.RunAsync(token => IsThereAsync(partition, token), cancellationToken))
                counting.Add(partition);
        }
        foreach (var partition in counting)
            _counting.TryAdd(partition, true);
        return counting;
    }

    /// <summary>An offset of the partition was committed: it counts, and <see cref="RunAsync"/> writes that down.</summary>
    public void Committed(int partition)
    {
        if (_counting.TryAdd(partition, true))
            _unwritten.Writer.TryWrite(partition);
    }

    /// <summary>Writes the notes as they come, until it is cancelled; what is unwritten then stays for the next call.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _unwritten.Reader.WaitToReadAsync(cancellationToken))
            await WriteAsync(cancellationToken);
    }

    /// <summary>Writes what is unwritten. Not while <see cref="RunAsync"/> does.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (_unwritten.Reader.TryPeek(out var partition))
        {
            await retry.RunAsync(async token =>
            {
                await client.PutDocumentAsync(index, IdOf(partition), Document(partition), token);
                return true;
            }, cancellationToken);
            _unwritten.Reader.TryRead(out _);
        }
    }

    async Task<bool> IsThereAsync(int partition, CancellationToken cancellationToken)
    {
        using var found = await client.DocumentAsync(index, IdOf(partition), cancellationToken);
        return found is not null && found.RootElement.TryGetProperty("_source", out var note)
            && note.TryGetProperty("group_id", out var group) && group.ValueEquals(subject.Group);
    }

    string IdOf(int partition) => string.Create(CultureInfo.InvariantCulture, $"{subject.IndexUuid}-{subject.TopicId}-{partition}");

    byte[] Document(int partition) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["noted_at"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
        ["group_id"] = subject.Group,
        ["index_uuid"] = subject.IndexUuid,
        ["topic"] = subject.Topic,
        ["topic_id"] = subject.TopicId.ToString(),
        ["partition"] = partition,
    });
}
