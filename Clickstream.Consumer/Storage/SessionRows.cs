using Clickstream.Core.Sessions;
using Npgsql;

namespace Clickstream.Consumer.Storage;

/// <summary>Sessions as they are read back: the columns from which the others follow.</summary>
static class SessionRows
{
    public const string Columns =
        "visitor_id, session_start, session_end, view_count, cart_count, transaction_count, items_viewed, items_carted, items_purchased";

    /// <summary>The session in the current row of a query for <see cref="Columns"/>.</summary>
    public static Session Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        PostgresTime.ToUnixMilliseconds(row.GetDateTime(1)),
        PostgresTime.ToUnixMilliseconds(row.GetDateTime(2)),
        row.GetInt32(3),
        row.GetInt32(4),
        row.GetInt32(5),
        new ItemSet(row.GetFieldValue<long[]>(6)),
        new ItemSet(row.GetFieldValue<long[]>(7)),
        new ItemSet(row.GetFieldValue<long[]>(8)));
}
