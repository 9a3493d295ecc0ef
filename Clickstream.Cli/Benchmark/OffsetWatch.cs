using System.Diagnostics;
using Clickstream.Cli.Settings;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.Cli.Benchmark;

/// <summary>
/// Looks about every millisecond which offsets are committed. Events, sessions and offsets are committed together, so this is the
/// moment from which everybody can see an event.
/// </summary>
sealed class OffsetWatch : IAsyncDisposable
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    readonly CancellationTokenSource _stop = new();
    readonly LatencyLog _log;
    readonly Task _watching;

    /// <summary>Begins to look.</summary>
    public OffsetWatch(Clients clients, KafkaTopic topic, LatencyLog log)
    {
        _log = log;
        _watching = Task.Run(() => WatchAsync(clients.Database, topic));
    }

    /// <summary>Throws what has ended the looking, where something has.</summary>
    public void ThrowIfFailed()
    {
        if (_watching.IsFaulted)
            _watching.GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // What has failed was thrown before, or does not matter any more.
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    async Task WatchAsync(NpgsqlDataSource database, KafkaTopic topic)
    {
        await using var connection = await database.OpenConnectionAsync(_stop.Token);
        await using var command = new NpgsqlCommand("SELECT partition, next_offset FROM partition_offsets WHERE topic_id = $1 AND next_offset IS NOT NULL", connection)
        {
            Parameters = { new() { Value = topic.Id } },
        };
        await command.PrepareAsync(_stop.Token);
        var offsets = new long[topic.PartitionCount];
        while (true)
        {
            await using (var reader = await command.ExecuteReaderAsync(_stop.Token))
            {
                while (await reader.ReadAsync(_stop.Token))
                    offsets[reader.GetInt32(0)] = reader.GetInt64(1);
            }
            _log.Seen(offsets, Stopwatch.GetTimestamp());
            await Task.Delay(s_pause, _stop.Token);
        }
    }
}
