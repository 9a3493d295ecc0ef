using System.Data;
using System.Globalization;
using System.Text.Json;
using Clickstream.Cli.Search;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.Cli.Verification;

/// <summary>
/// Compares the indices with the tables, document by row and field by field, by reading both in the same order. The tables are seen in
/// one snapshot, the indices as they are while they are read: what is indexed meanwhile counts as a difference.
/// </summary>
static class IndexVerifier
{
    /// <summary>How many differences are told in full.</summary>
    const int MaxDifferences = 10;

    // A key is such that the order of its characters is the order of the documents; the rest is compared.
    const string EventRows =
        """
        SELECT key, fields
        FROM (
          SELECT (lpad(ms::text, 15, '0') || chr(1) || visitor_id || chr(1) || event || chr(1) || item_id) COLLATE "C" AS key,
                 visitor_id || '-' || ms || '-' || event || '-' || item_id || ' ' || coalesce(transaction_id::text, '') AS fields
          FROM (SELECT *, round(date_part('epoch', event_time) * 1000)::bigint AS ms FROM events) AS e) AS rows
        ORDER BY key
        """;

    const string SessionRows =
        """
        SELECT key, fields
        FROM (
          SELECT (visitor_id || chr(1) || lpad(round(date_part('epoch', session_start) * 1000)::bigint::text, 15, '0')) COLLATE "C" AS key,
                 concat_ws(' ', session_id, visitor_id, round(date_part('epoch', session_start) * 1000)::bigint, round(date_part('epoch', session_end) * 1000)::bigint,
                   duration_seconds, event_count, view_count, cart_count, transaction_count,
                   array_to_json(items_viewed), array_to_json(items_carted), array_to_json(items_purchased), converted::text) AS fields
          FROM sessions) AS rows
        ORDER BY key
        """;

    static readonly string[] s_eventOrder = ["event_time", "visitor_id", "event", "item_id"];
    static readonly string[] s_sessionOrder = ["visitor_id", "session_start"];
    static readonly string[] s_sessionNumbers =
        ["session_start", "session_end", "duration_seconds", "event_count", "view_count", "cart_count", "transaction_count"];

    static readonly string[] s_sessionItems = ["items_viewed", "items_carted", "items_purchased"];

    /// <summary>Compares both.</summary>
    public static async Task<IndexVerification> VerifyAsync(
        NpgsqlDataSource database, OpenSearchClient client, SearchIndices indices, CancellationToken cancellationToken)
    {
        await client.RefreshAsync($"{indices.Events},{indices.Sessions}", cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var events = await CompareAsync(connection, EventRows, client, indices.Events, s_eventOrder, EventOf, cancellationToken);
        var sessions = await CompareAsync(connection, SessionRows, client, indices.Sessions, s_sessionOrder, SessionOf, cancellationToken);
        return new(events, sessions);
    }

    static async Task<IndexComparison> CompareAsync(
        NpgsqlConnection connection, string sql, OpenSearchClient client, string index, string[] order, Func<JsonElement, Line> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await using var hits = SearchPages.ReadAsync(client, index, order, cancellationToken).GetAsyncEnumerator(cancellationToken);
        long rows = 0, documents = 0, differing = 0;
        var first = new List<string>();
        var row = await NextRowAsync();
        var document = await NextDocumentAsync();
        while (row is not null || document is not null)
        {
            var side = row is null ? 1 : document is null ? -1 : string.CompareOrdinal(row.Key, document.Key);
            if (side < 0)
                Note($"not indexed: {row!.Fields}");
            else if (side > 0)
                Note($"indexed, but not stored: {document!.Fields}");
            else if (row!.Fields != document!.Fields)
                Note($"stored: {row.Fields}; indexed: {document.Fields}");
            if (side <= 0)
                row = await NextRowAsync();
            if (side >= 0)
                document = await NextDocumentAsync();
        }
        return new(index, rows, documents, differing, first);

        async ValueTask<Line?> NextRowAsync()
        {
            if (!await reader.ReadAsync(cancellationToken))
                return null;
            rows++;
            return new(reader.GetString(0), reader.GetString(1));
        }

        async ValueTask<Line?> NextDocumentAsync()
        {
            if (!await hits.MoveNextAsync())
                return null;
            documents++;
            return read(hits.Current);
        }

        void Note(string difference)
        {
            if (differing++ < MaxDifferences)
                first.Add(difference);
        }
    }

    static Line EventOf(JsonElement hit)
    {
        var source = hit.GetProperty("_source");
        var key = string.Join('\u0001',
            Padded(source.GetProperty("event_time")), Text("visitor_id"), Text("event"), Text("item_id"));
        return new(key, $"{hit.GetProperty("_id").GetString()} {Text("transaction_id")}");

        string Text(string field) => source.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
    }

    static Line SessionOf(JsonElement hit)
    {
        var source = hit.GetProperty("_source");
        string[] fields =
        [
            hit.GetProperty("_id").GetString()!, source.GetProperty("visitor_id").ToString(), .. s_sessionNumbers.Select(field => source.GetProperty(field).GetRawText()),
            .. s_sessionItems.Select(field => $"[{string.Join(',', source.GetProperty(field).EnumerateArray().Select(static item => item.ToString()))}]"),
            source.GetProperty("converted").GetRawText(),
        ];
        var key = $"{source.GetProperty("visitor_id")}\u0001{Padded(source.GetProperty("session_start"))}";
        return new(key, string.Join(' ', fields));
    }

    static string Padded(JsonElement time) => time.GetInt64().ToString("D15", CultureInfo.InvariantCulture);

    sealed record Line(string Key, string Fields);
}
