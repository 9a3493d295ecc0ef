using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;

namespace Clickstream.Producer;

/// <summary>Replays the rows of a CSV file into the topic, then stops the service.</summary>
sealed class ReplayWorker(
    ProducerOptions options, KafkaOptions kafka, KafkaClients clients, KafkaTopics topics, ProducerMetrics metrics, ReplayConsole console,
    ServiceExit exit, TimeProvider time, ILogger<ReplayWorker> logger) : BackgroundService
{
    // Within the host's shutdown time, with some left to say what happened.
    static readonly TimeSpan s_drainTime = ServiceDefaultsExtensions.ShutdownTimeout - TimeSpan.FromSeconds(5);

    // Brokers that acknowledge nothing for this long are gone, and a user who pressed Ctrl-C need not wait for them.
    static readonly TimeSpan s_drainPatience = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var file = options.File ?? throw new ClickstreamException(ExitCode.Usage,
            "Producer:File is not set; name a CSV file with --Producer:File=events.csv");
        var finished = false;
        try
        {
            finished = await ReplayAsync(file, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop while waiting for the brokers.
        }
        exit.Stop(finished ? ExitCode.Success : ExitCode.Interrupted);
    }

    async Task<bool> ReplayAsync(string file, CancellationToken stoppingToken)
    {
        await using var reader = await EventCsvReader.OpenAsync(file, stoppingToken);
        var start = time.GetTimestamp();
        try
        {
            var topic = await topics.EnsureExistsAsync(kafka.Topic, kafka.Partitions, stoppingToken);
            ProducerLog.Replays(logger, file, kafka.Topic, clients.BootstrapServers);
            using var sender = new EventSender(clients, clients.Producer(), topic.Name, metrics, topic.PartitionCount);
            await using var watch = new RefusalWatch(topics, topic.Name, sender, metrics, time);
            start = time.GetTimestamp();
            return await ReplayAsync(reader, sender, stoppingToken);
        }
        finally
        {
            console.Summary(ReplaySummary.Of(metrics, time.GetElapsedTime(start)));
        }
    }

    /// <returns>False where a stop signal came before all was sent.</returns>
    async Task<bool> ReplayAsync(EventCsvReader reader, EventSender sender, CancellationToken stoppingToken)
    {
        using var over = new CancellationTokenSource();
        var monitor = new ReplayMonitor(metrics, sender, console, clients.BootstrapServers, time, logger).RunAsync(over.Token);
        try
        {
            var finished = true;
            ClickstreamException? badInput = null;
            try
            {
                await SendRowsAsync(reader, sender, stoppingToken);
            }
            catch (ClickstreamException e) when (e.ExitCode == ExitCode.BadInput)
            {
                badInput = e;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                finished = false;
            }
            // However the reading ended, what was sent before must arrive.
            finished &= await DrainAsync(sender, stoppingToken);
            return badInput is null ? finished : throw badInput;
        }
        finally
        {
            await over.CancelAsync();
            await monitor;
        }
    }

    async Task SendRowsAsync(EventCsvReader reader, EventSender sender, CancellationToken cancellationToken)
    {
        for (var skipped = 0L; skipped < options.Offset; skipped++)
        {
            if (!await reader.ReadAsync(cancellationToken))
                return;
        }
        var pace = new EventTimePace(options.Speed, time);
        var limit = options.Limit ?? long.MaxValue;
        for (var row = 0L; row < limit && await reader.ReadAsync(cancellationToken); row++)
        {
            if (reader.Error != EventError.None)
            {
                Reject(reader);
                continue;
            }
            await pace.WaitAsync(reader.Event.Timestamp, cancellationToken);
            while (!sender.TrySend(reader.Event))
                await sender.WaitForRoomAsync(cancellationToken);
            metrics.RowRead();
        }
    }

    void Reject(EventCsvReader reader)
    {
        metrics.RowRejected(reader.Error);
        if (options.Strict)
            throw new ClickstreamException(ExitCode.BadInput,
                $"{options.File}, line {reader.LineNumber}: {reader.Error.ToReason()}; without Producer:Strict bad rows are counted and passed over");
        console.BadRow(reader.LineNumber, reader.Error);
    }

    /// <summary>Waits for the acknowledgements: for as long as it takes, or after a stop signal for as long as they keep coming.</summary>
    /// <returns>Whether all came.</returns>
    async Task<bool> DrainAsync(EventSender sender, CancellationToken stoppingToken)
    {
        try
        {
            await sender.DrainAsync(stoppingToken);
            return true;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(s_drainTime, time);
            // One wait, however often it is looked at: two would send the same events again.
            var drained = sender.DrainAsync(limit.Token);
            for (var sent = -1L; sent < metrics.Sent && !limit.IsCancellationRequested;)
            {
                sent = metrics.Sent;
                try
                {
                    await drained.WaitAsync(s_drainPatience, time, CancellationToken.None);
                    return true;
                }
                catch (Exception e) when (e is TimeoutException or OperationCanceledException)
                {
                    // Look again whether any came meanwhile.
                }
            }
            ProducerLog.StopsUnacknowledged(logger, sender.InFlight, clients.BootstrapServers);
            return false;
        }
    }
}
