using System.Text.Json;

namespace Clickstream.ServiceDefaults;

/// <summary>What became of one item of a bulk request.</summary>
/// <param name="Status">As HTTP has it: 200 and 201 for done, 409 for there already, 429 for later.</param>
/// <param name="ErrorType">OpenSearch's name of the error; null where there is none, and for 409.</param>
/// <param name="Reason">What it says of the error; likewise.</param>
public readonly record struct BulkItem(int Status, string? ErrorType, string? Reason);

/// <summary>
/// The answer to a bulk request, read without building a tree: of each item only what decides its fate. Most answers end at their
/// second member, <c>"errors":false</c>.
/// </summary>
public sealed class BulkAnswer
{
    readonly List<BulkItem> _items = [];
    byte[] _buffer = new byte[64 * 1024];

    /// <summary>True where OpenSearch says that no item failed; then <see cref="Items"/> is empty.</summary>
    public bool AllSucceeded { get; private set; }

    /// <summary>One for each item of the request, in its order.</summary>
    public IReadOnlyList<BulkItem> Items => _items;

    /// <summary>Takes on the answer in a stream, through a buffer that stays for the next one.</summary>
    /// <inheritdoc cref="Read"/>
    internal async Task ReadAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        var length = 0;
        while (await stream.ReadAsync(_buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, length * 2);
        }
        Read(_buffer.AsSpan(0, length), count);
    }

    /// <summary>Takes on the answer in <paramref name="json"/>.</summary>
    /// <exception cref="InvalidDataException">It is not the answer to a bulk request of <paramref name="count"/> items.</exception>
    internal void Read(ReadOnlySpan<byte> json, int count)
    {
        _items.Clear();
        AllSucceeded = false;
        try
        {
            var reader = new Utf8JsonReader(json);
            Expect(ref reader, JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isErrors = reader.ValueTextEquals("errors"u8);
                var isItems = reader.ValueTextEquals("items"u8);
                reader.Read();
                if (isErrors && reader.TokenType == JsonTokenType.False)
                {
                    AllSucceeded = true;
                    _items.Clear();
                    return;
                }
                if (isItems && reader.TokenType == JsonTokenType.StartArray)
                    ReadItems(ref reader);
                else
                    reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("the answer to a bulk request is not the JSON that it should be", e);
        }
        if (_items.Count != count)
            throw new InvalidDataException($"the answer to a bulk request of {count} items has {_items.Count}");
    }

    void ReadItems(ref Utf8JsonReader reader)
    {
        // {"create":{...}}, {"index":{...}}, ...
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            reader.Read();
            Expect(ref reader, JsonTokenType.StartObject);
            _items.Add(ReadItem(ref reader));
            Expect(ref reader, JsonTokenType.EndObject);
        }
    }

    static BulkItem ReadItem(ref Utf8JsonReader reader)
    {
        var status = 0;
        string? type = null, reason = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStatus = reader.ValueTextEquals("status"u8);
            var isError = reader.ValueTextEquals("error"u8);
            reader.Read();
            if (isStatus)
                status = reader.GetInt32();
            // A replay is answered by thousands of conflicts, each with a reason; the status, which comes first, is enough.
            else if (isError && status != 409 && reader.TokenType == JsonTokenType.StartObject)
                (type, reason) = ReadError(ref reader);
            else
                reader.Skip();
        }
        return new(status, type, reason);
    }

    static (string? Type, string? Reason) ReadError(ref Utf8JsonReader reader)
    {
        string? type = null, reason = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isReason = reader.ValueTextEquals("reason"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
                type = reader.GetString();
            else if (isReason && reader.TokenType == JsonTokenType.String)
                reason = reader.GetString();
            else
                reader.Skip();
        }
        return (type, reason);
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new JsonException($"{type} expected");
    }
}
