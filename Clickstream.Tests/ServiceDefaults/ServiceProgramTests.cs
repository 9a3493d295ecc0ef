using System.Net;
using System.Net.Sockets;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Clickstream.Tests.ServiceDefaults;

public class ServiceProgramTests
{
    [Fact]
    public async Task A_worker_that_says_it_is_done_ends_the_process_with_its_code()
    {
        Assert.Equal((0, ""), await RunAsync(static (exit, _) => Done(exit, ExitCode.Success)));
        Assert.Equal((130, ""), await RunAsync(static (exit, _) => Done(exit, ExitCode.Interrupted)));

        static Task Done(ServiceExit exit, ExitCode code)
        {
            exit.Stop(code);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_code_is_not_lost_to_a_later_success()
    {
        Assert.Equal((1, ""), await RunAsync(static (exit, _) =>
        {
            exit.Stop(ExitCode.CheckFailed);
            exit.Stop();
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task A_users_error_is_one_line_and_its_code_however_late_it_comes()
    {
        var expected = (8, $"error: the timeout differs{Environment.NewLine}");
        Assert.Equal(expected, await RunAsync(static (_, _) => throw Conflict()));
        Assert.Equal(expected, await RunAsync(static async (_, _) =>
        {
            await Task.Yield();
            throw Conflict();
        }));
        // While the host is already stopping.
        Assert.Equal(expected, await RunAsync(static async (exit, stopping) =>
        {
            exit.Stop();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, stopping));
            throw Conflict();
        }));

        static ClickstreamException Conflict() => new(ExitCode.Conflict, "the timeout\ndiffers");
    }

    [Fact]
    public async Task An_unexpected_fault_is_code_70_and_one_line()
    {
        Assert.Equal((70, $"error: internal error: InvalidOperationException: first second{Environment.NewLine}"),
            await RunAsync(static (_, _) => throw new InvalidOperationException("first\nsecond")));
        // Cancellation that nobody asked for is a fault like any other.
        Assert.Equal((70, $"error: internal error: TaskCanceledException: odd{Environment.NewLine}"),
            await RunAsync(static (_, _) => throw new TaskCanceledException("odd")));
    }

    [Fact]
    public async Task Being_stopped_is_success()
    {
        using var lifetimes = new BlockingLifetimes();
        var run = RunAsync(static (_, stopping) => Task.Delay(Timeout.Infinite, stopping), lifetimes.Catch);
        (await lifetimes.GetAsync()).StopApplication();
        Assert.Equal((0, ""), await run);
    }

    [Fact]
    public async Task Errors_before_and_during_the_start_are_one_line_too()
    {
        Assert.Equal((7, $"error: not there{Environment.NewLine}"), await RunAsync(static (_, _) => Task.CompletedTask,
            static _ => throw new ClickstreamException(ExitCode.Unavailable, "not there")));
        Assert.Equal((7, $"error: not there{Environment.NewLine}"), await RunAsync(static (_, _) => Task.CompletedTask,
            static builder => builder.Services.AddHostedService<RefusesToStart>()));
        Assert.Equal((2, $"error: unexpected argument 'x'; settings are given as --Section:Name=value{Environment.NewLine}"),
            await RunAsync(static (_, _) => Task.CompletedTask, null, "x"));
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var (code, error) = await RunAsync(static (_, stopping) => Task.Delay(Timeout.Infinite, stopping), null, $"--urls=http://{holder.LocalEndpoint}");
        Assert.Equal(6, code);
        Assert.Contains(holder.LocalEndpoint.ToString()!, error, StringComparison.Ordinal);
        Assert.EndsWith($"address already in use; choose another with --urls{Environment.NewLine}", error, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Error)> RunAsync(
        Func<ServiceExit, CancellationToken, Task> work, Action<WebApplicationBuilder>? configure = null, params string[] args)
    {
        var error = new StringWriter();
        var code = await ServiceProgram.RunAsync(["--Logging:LogLevel:Default=None", .. args], "test", builder =>
        {
            builder.Services.AddHostedService(services => new Worker(work, services.GetRequiredService<ServiceExit>()));
            configure?.Invoke(builder);
        }, error).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return (code, error.ToString());
    }

    sealed class Worker(Func<ServiceExit, CancellationToken, Task> work, ServiceExit exit) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => work(exit, stoppingToken);
    }

    sealed class RefusesToStart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new ClickstreamException(ExitCode.Unavailable, "not there");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Hands the lifetime of a host that has started to a test.</summary>
    sealed class BlockingLifetimes : IDisposable
    {
        readonly TaskCompletionSource<IHostApplicationLifetime> _lifetime = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration _registration;

        public void Catch(WebApplicationBuilder builder) => builder.Services.AddHostedService(services =>
        {
            var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
            _registration = lifetime.ApplicationStarted.Register(() => _lifetime.SetResult(lifetime));
            return new Idle();
        });

        public Task<IHostApplicationLifetime> GetAsync() => _lifetime.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        public void Dispose() => _registration.Dispose();
    }

    sealed class Idle : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
