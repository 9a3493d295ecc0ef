using System.Diagnostics;
using Clickstream.Cli.Kafka;
using Clickstream.Cli.PostgreSql;
using Clickstream.Cli.Processes;
using Clickstream.Cli.Settings;
using Clickstream.Cli.Verification;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.Local;
using Clickstream.ServiceDefaults;
using static System.FormattableString;

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

    // Consumers retry for as long as it takes; a demo that stands still has failed.
    static readonly TimeSpan s_standstillLimit = TimeSpan.FromMinutes(1);

    readonly PipelineDatabase _database = new(clients.Database, DemoPlan.Schema);

    public async Task<DemoResult> RunAsync()
    {
        var topic = await ResetAsync();
        var file = Path.Combine(context.Folder.Temporary, Invariant($"demo-{plan.Events}-{plan.Seed}.csv"));
        try
        {
            var distinctRows = await GenerateAsync(file);
            await StartConsumerAsync();
            var time = TimeSpan.Zero;
            var rows = 0L;
            await ReplayDisplay.ShowAsync(context.Terminal, plan.Events, async show => (rows, time) = await ReplayAsync(file, topic, show));
            return await JudgeAsync(rows, time, distinctRows);
        }
        finally
        {
            File.Delete(file);
        }
    }

    async Task<KafkaTopic> ResetAsync()
    {
        await _database.DropSchemaAsync(context.Stop);
        return await TopicReset.RunAsync(clients.Kafka, clients.Topics, DemoPlan.Topic, plan.Partitions, context.Stop);
    }

    Task<long> GenerateAsync(string file) =>
        context.Terminal.StepAsync(Invariant($"Making a file of {plan.Events:N0} events"), async () =>
        {
            PrivateDirectory.Create(context.Folder.Temporary);
            // What a killed demo has left.
            foreach (var old in Directory.EnumerateFiles(context.Folder.Temporary, "demo-*"))
                File.Delete(old);
            try
            {
                await EventFile.WriteAsync(file, plan.Events, plan.Seed, static _ => { }, context.Stop);
            }
            catch (IOException e)
            {
                throw context.Folder.NotWritable(e);
            }
            var distinct = new DistinctEvents();
            foreach (var e in RetailGenerator.Generate(plan.Events, plan.Seed))
                distinct.Add(e);
            return distinct.Count;
        });

    async Task StartConsumerAsync() =>
        await context.Terminal.StepAsync("Starting the consumer", async () =>
            await ConsumerStart.WaitUntilReadyAsync(context, [ConsumerStart.Start(context, services, settings, "demo-consumer", isAttached: true)]));

    /// <summary>
    /// Sends the file and waits until all of it is stored. The time runs from the start of the producer's process, its own start-up
    /// included, to the first look that finds the last offset committed, which is some 20 ms late. Making the file, starting
    /// the infrastructure and starting the consumer come before it and are not in it.
    /// </summary>
    async Task<(long Rows, TimeSpan Time)> ReplayAsync(string file, KafkaTopic topic, Action<ReplayProgress> show)
    {
        var environment = new Dictionary<string, string?>(settings.ToEnvironment())
        {
            ["Producer__File"] = file,
            ["Producer__Limit"] = null,
            ["Producer__Offset"] = null,
            ["Producer__Speed"] = null,
            ["Producer__Strict"] = "true",
        };
        var start = Stopwatch.GetTimestamp();
        var producer = services.StartWorker(new(Programs.Producer, [], environment, context.Folder.LogFile("demo-producer"), IsAttached: true));
        var hasSentAll = false;
        var sent = 0L;
        var (lastStored, lastMove) = (-1L, start);
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
            services.ThrowIfOneHasEnded();

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

            if (stored != lastStored)
                (lastStored, lastMove) = (stored, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(lastMove) > s_standstillLimit)
            {
                throw new ClickstreamException(ExitCode.Unavailable,
                    $"nothing was stored for {s_standstillLimit.TotalSeconds:0} s; the logs are in {DataFolder.LogDirectoryOf(context.Folder.Path)}");
            }
            await Task.Delay(hasSentAll && stored > sent * 0.8 ? s_lastPollInterval : s_pollInterval, context.Stop);
        }
    }

    async Task<DemoResult> JudgeAsync(long rows, TimeSpan time, long distinctRows)
    {
        var verification = await context.Terminal.StepAsync("Verifying the sessions", () =>
            SessionVerifier.VerifyAsync(clients.Database, DemoPlan.Schema, configuredTimeout: null, context.Stop));
        var counts = await _database.CountAsync(context.Stop);
        return new(rows, time, counts.DeadLetters.Rows, verification, distinctRows,
            await _database.ReadFunnelAsync(context.Stop), await _database.ReadTopItemsAsync(TopItemCount, context.Stop));
    }
}
