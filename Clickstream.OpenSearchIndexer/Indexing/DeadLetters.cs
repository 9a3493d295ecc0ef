using System.Globalization;
using System.Text;
using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>
/// Documents of the index of dead letters, collected and written together. Their ids follow from what they tell of, so that one that
/// is written again changes nothing. They say where a record is, and hold nothing of it. For one loop.
/// </summary>
sealed class DeadLetters(BulkWriter writer, IndexerMetrics metrics, TimeProvider time) : IDisposable
{
    readonly BulkBody _body = new();
    readonly Utf8JsonWriter _json = new(Stream.Null);

    /// <summary>A record that is no event. A topic that was made anew has other records at the same offsets.</summary>
    public void Add(KafkaTopic topic, int partition, long offset, string reason)
    {
        Begin(string.Create(CultureInfo.InvariantCulture, $"{topic.Name}-{topic.Id}-{partition}-{offset}"), reason);
        AddPlace(topic.Name, partition, offset);
        End();
    }

    /// <summary>A document of an event, which OpenSearch refused.</summary>
    public void Add(string index, string documentId, string reason, string topic, int partition, long offset)
    {
        Begin($"{index}-{documentId}", reason);
        AddDocument(index, documentId);
        AddPlace(topic, partition, offset);
        End();
    }

    /// <summary>A document of something else, which OpenSearch refused.</summary>
    public void Add(string index, string documentId, string reason)
    {
        Begin($"{index}-{documentId}", reason);
        AddDocument(index, documentId);
        End();
    }

    /// <summary>Writes what was added.</summary>
    /// <exception cref="ClickstreamException">OpenSearch refuses even these.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_body.Count == 0)
            return;
        if (await writer.SettleAsync(_body, cancellationToken) is [var refusal, ..])
        {
            throw new ClickstreamException(ExitCode.Conflict,
                $"OpenSearch refuses even dead letters, in index {writer.Index}: {refusal.Reason}; delete that index and start again");
        }
        metrics.DeadLettered(writer.Index, _body.Count);
        _body.Clear();
    }

    public void Dispose()
    {
        _json.Dispose();
        _body.Dispose();
    }

    void Begin(string id, string reason)
    {
        _json.Reset(_body);
        _json.WriteStartObject();
        _json.WriteStartObject("create"u8);
        _json.WriteString("_id"u8, Fit(id));
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        _body.Write("\n"u8);

        _json.Reset(_body);
        _json.WriteStartObject();
        _json.WriteNumber("received_at"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        _json.WriteString("reason"u8, reason);
    }

    void AddPlace(string topic, int partition, long offset)
    {
        _json.WriteString("topic"u8, topic);
        _json.WriteNumber("partition"u8, partition);
        _json.WriteNumber("offset"u8, offset);
    }

    void AddDocument(string index, string documentId)
    {
        _json.WriteString("index"u8, index);
        _json.WriteString("document_id"u8, documentId);
    }

    void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _body.Write("\n"u8);
        _body.EndItem();
    }

    /// <summary>An id has 512 bytes at most: a long name in front gives way, not what tells one from the other.</summary>
    static string Fit(string id)
    {
        const int Most = 512;
        return Encoding.UTF8.GetByteCount(id) <= Most ? id : id[^Most..];
    }
}
