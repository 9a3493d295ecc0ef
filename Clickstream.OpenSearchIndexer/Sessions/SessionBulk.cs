using System.Globalization;
using System.Text.Json;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.OpenSearchIndexer.Sessions;

/// <summary>
/// A bulk request of sessions: each under its id, with the number of its reading as the document's external version, so that an older
/// reading never replaces a newer one.
/// </summary>
sealed class SessionBulk : IDisposable
{
    /// <summary>What <see cref="AddIndex"/> reads, of <c>sessions AS s</c>.</summary>
    public const string Columns =
        """
        s.session_id, s.visitor_id, s.session_start, s.session_end, s.duration_seconds, s.event_count, s.view_count, s.cart_count,
        s.transaction_count, s.items_viewed, s.items_carted, s.items_purchased, s.converted
        """;

    /// <summary>How many these are.</summary>
    public const int ColumnCount = 13;

    readonly Utf8JsonWriter _json = new(Stream.Null);
    readonly List<string> _ids = [];

    public BulkBody Body { get; } = new();

    /// <summary>The id of the session of an item.</summary>
    public string IdOf(int item) => _ids[item];

    /// <summary>Adds the session in the current row of a query for <see cref="Columns"/>.</summary>
    /// <returns>Its key.</returns>
    public SessionKey AddIndex(NpgsqlDataReader row, long version)
    {
        var id = row.GetString(0);
        var key = new SessionKey(row.GetInt64(1), row.GetDateTime(2));
        AddAction("index"u8, id, version);

        _json.Reset(Body);
        _json.WriteStartObject();
        _json.WriteString("session_id"u8, id);
        _json.WriteString("visitor_id"u8, Text(key.VisitorId));
        _json.WriteNumber("session_start"u8, Milliseconds(key.Start));
        _json.WriteNumber("session_end"u8, Milliseconds(row.GetDateTime(3)));
        _json.WriteNumber("duration_seconds"u8, row.GetInt32(4));
        _json.WriteNumber("event_count"u8, row.GetInt32(5));
        _json.WriteNumber("view_count"u8, row.GetInt32(6));
        _json.WriteNumber("cart_count"u8, row.GetInt32(7));
        _json.WriteNumber("transaction_count"u8, row.GetInt32(8));
        WriteItems("items_viewed"u8, row.GetFieldValue<long[]>(9));
        WriteItems("items_carted"u8, row.GetFieldValue<long[]>(10));
        WriteItems("items_purchased"u8, row.GetFieldValue<long[]>(11));
        _json.WriteBoolean("converted"u8, row.GetBoolean(12));
        _json.WriteNumber("feed_version"u8, version);
        EndLine();
        EndItem(id);
        return key;
    }

    /// <summary>Adds the deletion of a session that is no more.</summary>
    public void AddDelete(SessionKey key, long version)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{key.VisitorId}-{Milliseconds(key.Start)}");
        AddAction("delete"u8, id, version);
        EndItem(id);
    }

    public void Clear()
    {
        Body.Clear();
        _ids.Clear();
    }

    public void Dispose()
    {
        _json.Dispose();
        Body.Dispose();
    }

    void AddAction(ReadOnlySpan<byte> action, string id, long version)
    {
        _json.Reset(Body);
        _json.WriteStartObject();
        _json.WriteStartObject(action);
        _json.WriteString("_id"u8, id);
        _json.WriteNumber("version"u8, version);
        _json.WriteString("version_type"u8, "external"u8);
        _json.WriteEndObject();
        EndLine();
    }

    // Texts, as in the documents of events.
    void WriteItems(ReadOnlySpan<byte> name, long[] items)
    {
        Span<char> text = stackalloc char[20];
        _json.WriteStartArray(name);
        foreach (var item in items)
        {
            item.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
            _json.WriteStringValue(text[..length]);
        }
        _json.WriteEndArray();
    }

    void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        Body.Write("\n"u8);
    }

    void EndItem(string id)
    {
        Body.EndItem();
        _ids.Add(id);
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static long Milliseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
}
