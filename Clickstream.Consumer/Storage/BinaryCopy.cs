using Npgsql;

namespace Clickstream.Consumer.Storage;

/// <summary>Sends encoded rows by COPY.</summary>
static class BinaryCopy
{
    /// <summary>Sends rows. Pieces of moderate size let the server work on one while the next is on its way.</summary>
    public static async Task SendAsync(NpgsqlConnection connection, string copyCommand, CopyBuffer rows, CancellationToken cancellationToken)
    {
        const int PieceLength = 128 * 1024;
        var stream = await connection.BeginRawBinaryCopyAsync(copyCommand, cancellationToken);
        try
        {
            for (var rest = rows.Written; !rest.IsEmpty; rest = rest[Math.Min(PieceLength, rest.Length)..])
                await stream.WriteAsync(rest[..Math.Min(PieceLength, rest.Length)], cancellationToken);
        }
        catch
        {
            // Disposing would complete the COPY. What cancelling says is the consequence of the first error, which is thrown.
            try
            {
                await stream.CancelAsync();
            }
            catch (Exception e) when (e is NpgsqlException or IOException or ObjectDisposedException or InvalidOperationException)
            {
            }
            throw;
        }
        await stream.DisposeAsync();
    }
}
