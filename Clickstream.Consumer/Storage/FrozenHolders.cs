using Clickstream.Consumer.Telemetry;
using Npgsql;

namespace Clickstream.Consumer.Storage;

/// <summary>
/// Runs statements that may have to wait for another consumer's locks, and ends the backends that keep them waiting for long. A
/// consumer that was stopped in the middle of its transaction holds its rows until its connection dies, which can take hours; ended,
/// its transaction never commits, and it finds that out when it wakes.
/// </summary>
sealed class FrozenHolders(NpgsqlDataSource database, TimeProvider time, ILogger logger)
{
    /// <summary>A live holder is done sooner; a frozen one never is.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Executes the command.</summary>
    /// <returns>The number of rows affected.</returns>
    public Task<int> ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken) =>
        RunAsync(command.Connection!, () => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);

    /// <summary>Runs one statement on the connection.</summary>
    public async Task<T> RunAsync<T>(NpgsqlConnection connection, Func<Task<T>> statement, CancellationToken cancellationToken)
    {
        // Before the statement: a connection that it breaks has none any more.
        var ourProcessId = connection.ProcessID;
        var executed = statement();
        while (!executed.IsCompleted)
        {
            // Never left before the statement is over: its connection is in use until then.
            await ((Task)executed).WaitAsync(s_patience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!executed.IsCompleted && !cancellationToken.IsCancellationRequested)
                await EndAsync(ourProcessId);
        }
        return await executed;
    }

    /// <summary>Ends those at the head of the queue. Who waits in between, though its consumer be gone, then notices that by itself.</summary>
    async Task EndAsync(int ourProcessId)
    {
        try
        {
            await using var command = database.CreateCommand(
                """
                WITH RECURSIVE holders (pid) AS (
                  SELECT unnest(pg_blocking_pids($1))
                  UNION
                  SELECT unnest(pg_blocking_pids(pid)) FROM holders)
                SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM holders WHERE cardinality(pg_blocking_pids(pid)) = 0
                """);
            command.Parameters.Add(new() { Value = ourProcessId });
            if (await command.ExecuteScalarAsync() is long ended and > 0)
                logger.EndedFrozenHolder(ended, s_patience.TotalSeconds);
        }
        catch (Exception e) when (DatabaseRetry.IsDatabaseError(e))
        {
            // Such as a holder of another role, which may not be ended: it is waited for.
            logger.HolderNotEnded(e.Message.ReplaceLineEndings(" "));
        }
    }
}
