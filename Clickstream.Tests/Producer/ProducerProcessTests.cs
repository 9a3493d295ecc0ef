using System.Text.Json;
using Clickstream.Core.Events;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Producer;

/// <summary>The producer as users and the command line run it: what its streams, signals and parent do.</summary>
public sealed class ProducerProcessTests(LocalInfrastructure local) : IDisposable
{
    const int Interrupt = 2;

    readonly TempFolder _folder = new();
    readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Settings_come_from_the_environment_and_only_the_summary_is_on_standard_output()
    {
        await using var producer = await StartAsync(100, "0");
        Assert.Equal(0, await producer.WaitForExitAsync(_stop));
        using var json = JsonDocument.Parse(Assert.Single(producer.Output.TrimEnd().Split('\n')));
        Assert.Equal(100, json.RootElement.GetProperty("sent").GetInt64());
    }

    [Fact]
    public async Task Ctrl_C_ends_with_the_summary_and_130()
    {
        await using var producer = await StartAsync(100_000, "1");
        await producer.WaitForErrorAsync(static line => line.Contains("Replays ", StringComparison.Ordinal), _stop);
        producer.Signal(Interrupt);
        Assert.Equal(130, await producer.WaitForExitAsync(_stop));
        using var json = JsonDocument.Parse(Assert.Single(producer.Output.TrimEnd().Split('\n')));
        Assert.Equal(json.RootElement.GetProperty("read").GetInt64(), json.RootElement.GetProperty("sent").GetInt64());
    }

    [Fact]
    public async Task It_ends_with_its_parent()
    {
        await using var producer = await StartAsync(100_000, "1", "--exit-with-parent");
        await producer.WaitForErrorAsync(static line => line.Contains("Replays ", StringComparison.Ordinal), _stop);
        producer.Input.Close();
        Assert.Equal(130, await producer.WaitForExitAsync(_stop));
    }

    [Fact]
    public async Task An_error_is_one_line_and_its_exit_code()
    {
        await using var producer = ChildProcess.StartService("Clickstream.Producer",
            new Dictionary<string, string> { ["ConnectionStrings__kafka"] = "127.0.0.1:9" }, "--Kafka:Partitions=0");
        Assert.Equal(2, await producer.WaitForExitAsync(_stop));
        Assert.Equal("error: Kafka:Partitions is 0; allowed: 1 to 10000", producer.Error.TrimEnd());
        Assert.Empty(producer.Output);
    }

    async Task<ChildProcess> StartAsync(int rows, string speed, params string[] args)
    {
        var file = _folder.File("events.csv");
        await using (var csv = File.Create(file))
        {
            csv.Write(EventCsv.Header);
            csv.Write("\n"u8);
            WriteRows(csv, rows);
        }
        return ChildProcess.StartService("Clickstream.Producer", new Dictionary<string, string>
        {
            ["ConnectionStrings__kafka"] = await local.BootstrapServersAsync(_stop),
            ["Kafka__Topic"] = LocalInfrastructure.UniqueName(),
            ["Producer__File"] = file,
            ["Producer__Speed"] = speed,
        }, args);
    }

    static void WriteRows(Stream csv, int rows)
    {
        Span<byte> row = stackalloc byte[EventCsv.MaxRowLength];
        for (var i = 0; i < rows; i++)
            csv.Write(row[..EventCsv.WriteRow(new ClickEvent(i * 100L, i % 97, EventType.View, i % 7, ClickEvent.NoTransaction), row)]);
    }
}
