using System.Diagnostics;
using Clickstream.Cli.Kafka;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Cli.Verification;
using Clickstream.Local;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Demo;

/// <summary>A demo, from an empty topic and schema to the verified result.</summary>
/// <param name="context">The command's.</param>
/// <param name="services">Holds the processes.</param>
/// <param name="settings">The demo's.</param>
/// <param name="clients">Made from them.</param>
/// <param name="plan">What is to be done.</param>
sealed class DemoRun(CommandContext context, RunningServices services, PipelineSettings settings, Clients clients, DemoPlan plan)
{
    const int TopItemCount = 5;

    // Looking costs the pipeline something, so it is done often only near the end, for the sake of the time measured.
    static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan s_lastPollInterval = TimeSpan.FromMilliseconds(20);

    readonly PipelineDatabase _database = new(clients.Database, DemoPlan.Schema);
    readonly DemoIndexing? _indexing = plan.WithOpenSearch ? new(context, services, settings, clients) : null;

    public async Task<DemoResult> RunAsync()
    {
        var topic = await ResetAsync();
        using var file = await TemporaryFile.MakeAsync(context, "demo", plan.Events, plan.Seed);
        await StartConsumerAsync();
        var time = TimeSpan.Zero;
        var rows = 0L;
        await ReplayDisplay.ShowAsync(context.Terminal, plan.Events, async show => (rows, time) = await ReplayAsync(file.Path, topic, show));
        return await JudgeAsync(rows, time, file.DistinctRows);
    }

    async Task<KafkaTopic> ResetAsync()
    {
        await _database.DropSchemaAsync(context.Stop);
        if (_indexing is not null)
            await _indexing.ResetAsync();
        return await TopicReset.RunAsync(clients.Kafka, clients.Topics, DemoPlan.Topic, plan.Partitions, context.Stop);
    }

    async Task StartConsumerAsync() =>
        await context.Terminal.StepAsync("Starting the consumer", async () =>
            await WorkerStart.WaitUntilReadyAsync(context, [WorkerStart.Start(context, services, settings, Programs.Consumer, "demo-consumer", isAttached: true)]));

    /// <summary>
    /// Sends the file and waits until all of it is stored. The time runs from the start of the producer's process, its own start-up
    /// included, to the first look that finds the last offset committed, which is some 20 ms late. Making the file, starting
    /// the infrastructure and starting the consumer come before it and are not in it.
    /// </summary>
    async Task<(long Rows, TimeSpan Time)> ReplayAsync(string file, KafkaTopic topic, Action<ReplayProgress> show)
    {
        var start = Stopwatch.GetTimestamp();
        var producer = ProducerStart.Start(context, services, settings, file, "demo-producer");
        var hasSentAll = false;
        var sent = 0L;
        var standstill = new Standstill(DataFolder.LogDirectoryOf(context.Folder.Path));
        var rate = new RateWindow();
        while (true)
        {
            if (!hasSentAll && producer.HasExited)
            {
                if (await producer.WaitForExitAsync(context.Stop) != 0)
                    throw producer.ToException();
                await services.ForgetAsync(producer);
                hasSentAll = true;
            }
            // The producer may end at any moment: the next round sees to that.
            services.ThrowIfOneHasEnded(mayBeDone: producer);

            if (sent < plan.Events)
                sent = await TopicOffsets.SumOfEndsAsync(clients.Kafka.Admin, topic, context.Stop);
            var stored = (await _database.StoredOffsetsAsync(DemoPlan.Topic, context.Stop)).Values.Sum();
            var time = Stopwatch.GetElapsedTime(start);
            var isDone = hasSentAll && stored >= sent;
            var current = rate.Add(time, stored);
            // What stays on the screen is what the summary says.
            show(new(Math.Max(sent, stored), stored, time, isDone ? stored / time.TotalSeconds : current));
            if (isDone)
                return (sent, time);

            standstill.Note(stored);
            await Task.Delay(hasSentAll && stored > sent * 0.8 ? s_lastPollInterval : s_pollInterval, context.Stop);
        }
    }

    async Task<DemoResult> JudgeAsync(long rows, TimeSpan time, long distinctRows)
    {
        var verdict = await context.Terminal.StepAsync("Verifying the sessions", () =>
            Verdict.ReachAsync(clients, _database, distinctRows, context.Stop));
        var indexing = _indexing is null ? null : await _indexing.RunAsync();
        return new(rows, time, verdict,
            await _database.ReadFunnelAsync(context.Stop), await _database.ReadTopItemsAsync(TopItemCount, context.Stop), indexing);
    }
}
