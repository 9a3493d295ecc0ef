using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Clickstream.Benchmarks;

// dotnet run -c Release --project Clickstream.Benchmarks -- --filter '*'               all, precisely
// dotnet run -c Release --project Clickstream.Benchmarks -- --filter '*' --job short   all, roughly
//
// They run in this process: BenchmarkDotNet's own way is to generate a project and to build it with all that it refers to, which
// takes minutes a run here.
var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator());
BenchmarkSwitcher.FromAssembly(typeof(EventBenchmarks).Assembly).Run(args, config);
