using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Clickstream.Core.Events;
using Clickstream.Core.Partitioning;
using Clickstream.Local.Kafka;
using Clickstream.Producer;
using Clickstream.ServiceDefaults;
using Clickstream.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clickstream.Tests.Producer;

/// <summary>Replays by the whole service, in this process, into an embedded broker.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    const int Partitions = 3;
    const string Topic = "replayed";

    readonly TempFolder _folder = new();
    KafkaBroker _broker = null!;

    string Brokers => _broker.BoundEndPoint.ToString();

    string Csv => _folder.File("events.csv");

    public async ValueTask InitializeAsync() => _broker = await StartBrokerAsync(0);

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_row_arrives_once_at_its_visitors_home()
    {
        var events = Events(5000);
        Write(events);
        var run = await RunAsync();
        Assert.Equal(0, run.Code);
        Assert.Equal((5000, 5000, 0), run.Counts);

        var records = TopicReader.ReadAll(Brokers, Topic, Partitions);
        Assert.Equal(events.Order(s_byTime), records.Select(static record => record.Event).Order(s_byTime));
        Assert.All(records, static record =>
        {
            Assert.Equal(record.Event.VisitorId.ToString(CultureInfo.InvariantCulture), record.Key);
            Assert.Equal(Murmur2.HomePartition(record.Event.VisitorId, Partitions), record.Partition);
        });
        // A visitor's events keep the file's order.
        Assert.All(records.GroupBy(static record => record.Event.VisitorId), visitor =>
            Assert.Equal(events.Where(e => e.VisitorId == visitor.Key), visitor.Select(static record => record.Event)));
    }

    [Fact]
    public async Task The_summary_is_json_on_standard_output_and_a_line_for_people_on_standard_error()
    {
        Write(Events(1234));
        var run = await RunAsync();
        using var json = JsonDocument.Parse(Assert.Single(run.Output.TrimEnd().Split('\n')));
        Assert.Equal(["read", "sent", "rejected", "seconds", "events_per_second"], json.RootElement.EnumerateObject().Select(static p => p.Name));
        Assert.Matches(@"^1,234 rows read, 1,234 sent, 0 rejected in [0-9.]+ s: [0-9,]+ events/s\r?\n$", run.Error);
    }

    [Fact]
    public async Task Offset_and_limit_choose_rows()
    {
        var events = Events(100);
        Write(events);
        var run = await RunAsync("--Producer:Offset=20", "--Producer:Limit=30");
        Assert.Equal((0, (30, 30, 0)), (run.Code, run.Counts));
        Assert.Equal(events[20..50].Order(s_byTime), TopicReader.ReadAll(Brokers, Topic, Partitions).Select(static r => r.Event).Order(s_byTime));
        Assert.Equal((5, 5, 0), (await RunAsync("--Producer:Offset=95", "--Producer:Limit=30")).Counts);
        Assert.Equal((0, 0, 0), (await RunAsync("--Producer:Offset=1000")).Counts);
        Assert.Equal((0, 0, 0), (await RunAsync("--Producer:Limit=0")).Counts);
    }

    [Fact]
    public async Task A_gzip_file_is_read_as_it_is()
    {
        Write(Events(300));
        await using (var gzip = new GZipStream(File.Create(_folder.File("events.csv.gz")), CompressionLevel.Fastest))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(Csv, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var run = await RunAsync($"--Producer:File={_folder.File("events.csv.gz")}");
        Assert.Equal((0, (300, 300, 0)), (run.Code, run.Counts));
    }

    [Fact]
    public async Task Bad_rows_are_reported_with_line_and_reason_and_do_not_fail_the_run()
    {
        Write(Events(10), "1433221332117,1,look,5,", "1433221332117,1,view", "x,1,view,5,");
        var run = await RunAsync();
        Assert.Equal((0, (13, 10, 3)), (run.Code, run.Counts));
        Assert.Contains("line 12: event is not view, addtocart or transaction", run.ErrorLines);
        Assert.Contains("line 13: row has not 5 columns", run.ErrorLines);
        Assert.Contains("line 14: timestamp is not an integer from 0 to 253402300799999", run.ErrorLines);
    }

    [Fact]
    public async Task After_twenty_bad_rows_they_are_only_counted()
    {
        Write([], [.. Enumerable.Repeat("bad", 500)]);
        var run = await RunAsync();
        Assert.Equal((0, (500, 0, 500)), (run.Code, run.Counts));
        Assert.Equal(20, run.ErrorLines.Count(static line => line.StartsWith("line ", StringComparison.Ordinal)));
        Assert.Contains("further bad rows are only counted", run.ErrorLines);
    }

    [Fact]
    public async Task Strict_stops_at_the_first_bad_row_when_all_before_it_has_arrived()
    {
        Write(Events(10), "bad", "1433221332117,1,view,5,");
        var run = await RunAsync("--Producer:Strict=true");
        Assert.Equal((3, (11, 10, 1)), (run.Code, run.Counts));
        Assert.EndsWith($"error: {Csv}, line 12: row has not 5 columns; without Producer:Strict bad rows are counted and passed over{Environment.NewLine}",
            run.Error, StringComparison.Ordinal);
        Assert.Equal(10, TopicReader.ReadAll(Brokers, Topic, Partitions).Count);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_another_kind_of_file_is_one_line()
    {
        var missing = await RunAsync("--Producer:File=/nowhere.csv");
        Assert.Equal(3, missing.Code);
        Assert.StartsWith("error: /nowhere.csv does not exist;", missing.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Csv, "a,b,c\n", TestContext.Current.CancellationToken);
        Assert.Equal(3, (await RunAsync()).Code);
        var unset = await RunAsync("--Producer:File=");
        Assert.Equal((2, $"error: Producer:File is not set; name a CSV file with --Producer:File=events.csv{Environment.NewLine}"), (unset.Code, unset.Error));
    }

    [Fact]
    public async Task A_broker_that_is_down_at_the_start_is_waited_for()
    {
        var port = _broker.BoundEndPoint.Port;
        await _broker.DisposeAsync();
        Write(Events(100));
        var run = RunOnAsync($"127.0.0.1:{port}");
        _broker = await StartBrokerAsync(port);
        Assert.Equal((0, (100, 100, 0)), ((await run).Code, (await run).Counts));
        Assert.Equal(100, TopicReader.ReadAll(Brokers, Topic, Partitions).Count);
    }

    [Fact]
    public async Task A_broker_that_restarts_in_the_middle_costs_nothing_and_doubles_nothing()
    {
        // Ten events a second of event time, at such a speed that the run takes some seconds.
        Write(Events(2000));
        var metrics = new TaskCompletionSource<ProducerMetrics>();
        var brokers = Brokers;
        var run = RunOnAsync(brokers, metrics, "--Producer:Speed=50");
        var progress = await metrics.Task;
        await Eventually.TrueAsync(() => progress.Sent > 300);
        var port = _broker.BoundEndPoint.Port;
        await _broker.DisposeAsync();
        var before = progress.Read;
        await Eventually.TrueAsync(() => progress.Read > before + 200);
        _broker = await StartBrokerAsync(port);
        Assert.Equal((0, (2000, 2000, 0)), ((await run).Code, (await run).Counts));
        Assert.Equal(2000, TopicReader.ReadAll(brokers, Topic, Partitions).Count);
    }

    [Fact]
    public async Task A_stop_signal_keeps_what_was_sent_and_ends_with_130()
    {
        Write(Events(5000));
        var metrics = new TaskCompletionSource<ProducerMetrics>();
        var stop = new TaskCompletionSource<IHostApplicationLifetime>();
        var run = RunOnAsync(Brokers, metrics, stop, "--Producer:Speed=10");
        var progress = await metrics.Task;
        await Eventually.TrueAsync(() => progress.Sent > 100);
        (await stop.Task).StopApplication();
        var result = await run;
        Assert.Equal(130, result.Code);
        Assert.InRange(result.Counts.Sent, 101, 4999);
        Assert.Equal(result.Counts.Sent, result.Counts.Read);
        Assert.Equal(result.Counts.Sent, TopicReader.ReadAll(Brokers, Topic, Partitions).Count);
    }

    [Fact]
    public async Task A_stop_signal_while_the_broker_is_down_ends_with_130_too()
    {
        var brokers = Brokers;
        await _broker.DisposeAsync();
        Write(Events(10));
        var metrics = new TaskCompletionSource<ProducerMetrics>();
        var stop = new TaskCompletionSource<IHostApplicationLifetime>();
        var run = RunOnAsync(brokers, metrics, stop);
        (await stop.Task).StopApplication();
        Assert.Equal((130, (0, 0, 0)), ((await run).Code, (await run).Counts));
    }

    [Fact]
    public void Counts_are_instruments_by_the_messaging_conventions()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new ProducerMetrics(services.GetRequiredService<IMeterFactory>(),
            new Clickstream.Core.Settings.KafkaOptions(Topic, Partitions, null, null, null, null));
        metrics.EventAcknowledged();
        metrics.EventAcknowledged();
        metrics.RowRejected(EventError.ItemId);

        var measured = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Clickstream.Producer")
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add(
            $"{instrument.Name} {instrument.Unit} {value} {string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(
        [
            "messaging.client.sent.messages {message} 2 messaging.system=kafka messaging.operation.name=send messaging.destination.name=replayed",
            "clickstream.producer.events.rejected {event} 1 error.type=ItemId",
        ], measured);
    }

    static readonly Comparer<ClickEvent> s_byTime = Comparer<ClickEvent>.Create(static (a, b) => a.Timestamp.CompareTo(b.Timestamp));

    /// <summary>Events of some hundred visitors, each at a time of its own, ten a second.</summary>
    static ClickEvent[] Events(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var type = (EventType)random.Next(3);
            return new ClickEvent(1_433_221_332_117 + i * 100L, random.Next(300), type, random.Next(1000),
                type == EventType.Transaction ? i : ClickEvent.NoTransaction);
        })];
    }

    void Write(ClickEvent[] events, params string[] furtherRows)
    {
        using var file = File.Create(Csv);
        file.Write(EventCsv.Header);
        file.Write("\n"u8);
        Span<byte> row = stackalloc byte[EventCsv.MaxRowLength];
        foreach (var e in events)
            file.Write(row[..EventCsv.WriteRow(e, row)]);
        foreach (var further in furtherRows)
            file.Write(Encoding.ASCII.GetBytes(further + "\n"));
    }

    Task<KafkaBroker> StartBrokerAsync(int port) => KafkaBroker.StartAsync(
        new KafkaBrokerOptions { DataDirectory = _folder.File("broker"), Port = port }, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    Task<Run> RunAsync(params string[] args) => RunOnAsync(Brokers, args);

    Task<Run> RunOnAsync(string brokers, params string[] args) => RunOnAsync(brokers, new(), args);

    Task<Run> RunOnAsync(string brokers, TaskCompletionSource<ProducerMetrics> metrics, params string[] args) => RunOnAsync(brokers, metrics, new(), args);

    async Task<Run> RunOnAsync(
        string brokers, TaskCompletionSource<ProducerMetrics> metrics, TaskCompletionSource<IHostApplicationLifetime> started, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var synchronized = TextWriter.Synchronized(error);
        string[] settings =
        [
            $"--ConnectionStrings:kafka={brokers}", $"--Kafka:Topic={Topic}", $"--Kafka:Partitions={Partitions}", "--Logging:LogLevel:Default=None",
            $"--Producer:File={Csv}", .. args,
        ];
        var code = await ServiceProgram.RunAsync(settings, "clickstream-producer", builder =>
        {
            builder.AddReplay();
            builder.Services.AddSingleton(new ReplayConsole(output, synchronized, isTerminal: false));
            builder.Services.AddHostedService(services => new Observer(services, metrics, started));
        }, synchronized).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    sealed class Observer(
        IServiceProvider services, TaskCompletionSource<ProducerMetrics> metrics, TaskCompletionSource<IHostApplicationLifetime> started) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
            lifetime.ApplicationStarted.Register(() => started.TrySetResult(lifetime));
            metrics.TrySetResult(services.GetRequiredService<ProducerMetrics>());
            return Task.CompletedTask;
        }
    }

    sealed record Run(int Code, string Output, string Error)
    {
        public string[] ErrorLines => Error.ReplaceLineEndings("\n").Split('\n');

        public (long Read, long Sent, long Rejected) Counts
        {
            get
            {
                using var json = JsonDocument.Parse(Output);
                return (json.RootElement.GetProperty("read").GetInt64(), json.RootElement.GetProperty("sent").GetInt64(),
                    json.RootElement.GetProperty("rejected").GetInt64());
            }
        }
    }
}
