using Clickstream.Cli;
using Clickstream.Cli.Benchmark;
using Clickstream.Core.Errors;
using Clickstream.Local.Processes;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Producer;
using Clickstream.Tests.ServiceDefaults;

namespace Clickstream.Tests.Cli.Benchmark;

public sealed class BenchmarkPartsTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void What_a_consumer_says_at_its_end_is_understood()
    {
        var (time, logger) = (new ManualTimeProvider(), new RecordingLogger());
        var summary = new RunSummary(time);
        time.Advance(TimeSpan.FromMicroseconds(1_000_001));
        summary.Ready();
        summary.Log(logger);
        time.Advance(TimeSpan.FromSeconds(1));
        summary.RecordRead();
        time.Advance(TimeSpan.FromSeconds(1));
        summary.RecordRead();
        summary.BatchStored(50_000);
        time.Advance(TimeSpan.FromSeconds(1));
        summary.BatchStored(7);
        summary.Log(logger);

        var ready = DateTimeOffset.UnixEpoch.AddMicroseconds(1_000_001);
        var said = logger.Lines.Select(static line => WorkerSummary.Parse($"12:34:56 info ConsumerWorker: {line["Information: ".Length..]}"));
        Assert.Equal([new(0, ready, null, null), new(50_007, ready, ready.AddSeconds(1), ready.AddSeconds(3))], said);
        Assert.Null(WorkerSummary.Parse("12:34:56 info ConsumerPipeline: stopped: all that was read is stored"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(50_000, 1)]
    [InlineData(50_001, 2)]
    [InlineData(2_756_101, 56)]
    public void The_store_floor_sends_each_event_once_with_its_share_of_the_sessions(long events, int transactions)
    {
        var ends = StoreFloor.Ends(events);
        Assert.Equal(transactions, ends.Length);
        Assert.Equal(events, ends[^1]);
        Assert.All(ends.SkipLast(1).Index(), static end => Assert.Equal((end.Index + 1) * 50_000, end.Item));

        var sessions = events * 6 / 10;
        var shares = StoreFloor.ShareOf(ends, sessions);
        Assert.Equal(sessions, shares[^1]);
        Assert.All(ends.Zip(shares), pair => Assert.InRange(pair.Second - (double)pair.First * sessions / events, -1, 0));
    }

    [Fact]
    public async Task History_keeps_lines_in_their_order_and_passes_over_what_it_does_not_understand()
    {
        using var folder = new TempFolder();
        var history = new BenchmarkHistory(new DataDirectory(folder.Path));
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => history.ReadAsync(Cancelled));
        Assert.Equal(ExitCode.BadInput, error.ExitCode);

        var ramp = new RampJson(RampJson.KindName, new(DateTimeOffset.UnixEpoch, "1", 2, "embedded", "embedded", "15"), 6, 1, 10, new(1, 1, 1, 1, 1, 1), null, []);
        var line = System.Text.Json.JsonSerializer.Serialize(ramp, BenchmarkJsonContext.Default.RampJson);
        foreach (var other in (string[])[line, "{\"kind\":\"run\",\"events\":1}", "{\"kind\":\"later\"}", "[]", line[..20], "", line])
            await history.AddAsync(other);

        Assert.Equal([line, line], (await history.ReadAsync(Cancelled)).Select(static result => result.Line));
    }

    [Fact]
    public void A_process_has_used_some_time_and_memory()
    {
        var usage = ProcessUsage.Of(Environment.ProcessId)!.Value;
        Assert.InRange(usage.Cpu, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(24));
        Assert.InRange(usage.PeakBytes, 10_000_000, 100_000_000_000);
        if (OperatingSystem.IsLinux())
            Assert.True(ProcessUsage.CpuOfTree(Environment.ProcessId) >= usage.Cpu);
        Assert.Null(ProcessUsage.Of(int.MaxValue));
    }

    [Fact]
    public void A_process_is_read_whatever_its_name_holds()
    {
        const string Text = "4711 (a) Z (b) S 17 4711 4711 0 -1 4194560 100 200 3 4 250 50 1000 20 20 0 1 0 12345 1000 200 18446744073709551615 1\n";

        Assert.Equal(new("S", 17, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10.2), 12345), ProcessStat.Parse(Text));
        Assert.Null(ProcessStat.Parse("4711 (a) S 17"));
    }
}
