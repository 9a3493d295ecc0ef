using Clickstream.Cli.Processes;

namespace Clickstream.Cli.Benchmark;

/// <summary>The producer's part of a measurement: the whole file into the benchmark's topic.</summary>
static class MeasuredProduction
{
    static readonly TimeSpan s_usageInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Produces the file.</summary>
    /// <returns>What the producer says, and what it has used.</returns>
    public static async Task<(ReplayResult Result, ProcessUsage Usage)> RunAsync(Workbench bench, string file)
    {
        const string Name = "benchmark-producer";
        var producer = ProducerStart.Start(bench.Context, bench.Services, bench.Settings, file, Name);
        // Once it has ended, nobody knows any more.
        var usage = default(ProcessUsage);
        while (!producer.HasExited)
        {
            usage = ProcessUsage.Of(producer.Identity.Pid) ?? usage;
            await Task.Delay(s_usageInterval, bench.Context.Stop);
        }
        if (await producer.WaitForExitAsync(bench.Context.Stop) != 0)
            throw producer.ToException();
        await bench.Services.ForgetAsync(producer);
        return (ProducerStart.ReadResult(bench.Context.Folder.LogFile(Name)), usage);
    }
}
