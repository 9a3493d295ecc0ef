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
        _watching = Task.Factory.StartNew(() => Watch(clients.Database, topic), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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

    // A thread of its own: the timers behind Task.Delay go by a clock that Linux moves every 4 ms; a thread's sleep ends when it should.
    void Watch(NpgsqlDataSource database, KafkaTopic topic)
    {
        using var connection = database.OpenConnection();
        using var command = new NpgsqlCommand("SELECT partition, next_offset FROM partition_offsets WHERE topic_id = $1 AND next_offset IS NOT NULL", connection)
        {
            Parameters = { new() { Value = topic.Id } },
        };
        command.Prepare();
        var offsets = new long[topic.PartitionCount];
        for (; !_stop.IsCancellationRequested; Thread.Sleep(s_pause))
        {
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                    offsets[reader.GetInt32(0)] = reader.GetInt64(1);
            }
            _log.Seen(offsets, Stopwatch.GetTimestamp());
        }
    }
}
