using Clickstream.Core.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// The one <c>Main</c> of every service: builds the host, runs it until its work ends, it fails or a stop signal comes, and turns
/// whatever happened into one line for the user and an exit code.
/// </summary>
public static class ServiceProgram
{
    /// <summary>Runs a service.</summary>
    /// <param name="args">
    /// Settings as <c>--Section:Name=value</c>, and <c>--exit-with-parent</c>: stop as on SIGTERM when standard input ends.
    /// </param>
    /// <param name="serviceName">The service's name to Kafka, PostgreSQL and telemetry, such as <c>clickstream-producer</c>.</param>
    /// <param name="configure">Registers what the service needs; <see cref="ServiceDefaultsExtensions.AddServiceDefaults"/> has been called.</param>
    /// <returns>The process's exit code, a value of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(string[] args, string serviceName, Action<WebApplicationBuilder> configure) =>
        RunAsync(args, serviceName, configure, Console.Error);

    internal static async Task<int> RunAsync(string[] args, string serviceName, Action<WebApplicationBuilder> configure, TextWriter error)
    {
        Exception? fault;
        var code = ExitCode.Success;
        try
        {
            await using var app = await BuildAsync(args, serviceName, configure);
            var exit = app.Services.GetRequiredService<ServiceExit>();
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(serviceName);
            fault = await RunAsync(app, exit, logger);
            code = exit.Code;
            // Before the log is disposed of: what a user sees is one line, what an engineer needs is the whole exception.
            if (fault is not null && Describe(fault).Code == ExitCode.Internal)
                ServiceLog.UnexpectedFault(logger, fault);
        }
        catch (Exception e)
        {
            fault = Unwrap(e);
        }
        if (fault is null)
            return (int)code;
        var (faultCode, message) = Describe(fault);
        await error.WriteLineAsync($"error: {message}");
        return (int)faultCode;
    }

    static async Task<WebApplication> BuildAsync(string[] args, string serviceName, Action<WebApplicationBuilder> configure)
    {
        var (settings, exitWithParent) = ServiceArguments.Parse(args);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // An appsettings.json is the program's own and beside it; one in the current folder is somebody else's, and only .env is read
            // there, see below. Neither is watched: settings are read once, and a watch costs each process an inotify instance, of which
            // machines have few.
            Args = [.. settings, "--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = AppContext.BaseDirectory,
        });
        var sources = await SettingsSources.LoadAsync(builder.Configuration, Environment.CurrentDirectory, TimeProvider.System, CancellationToken.None);
        sources.AddTo(builder.Configuration);
        builder.AddServiceDefaults(serviceName);
        if (exitWithParent)
            builder.Services.AddHostedService<ParentWatch>();
        configure(builder);
        ServiceContext.Of(builder).ThrowIfInvalid();

        var app = builder.Build();
        if (sources.Warning is { } warning)
            ServiceLog.SettingsWarning(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(serviceName), warning);
        app.MapDefaultEndpoints();
        ServiceContext.Of(builder).Endpoints.ForEach(map => map(app));
        return app;
    }

    static async Task<Exception?> RunAsync(WebApplication app, ServiceExit exit, ILogger logger)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var workers = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
        try
        {
            await app.StartAsync(stopping);
            ServiceLog.Started(logger, string.Join(' ', app.Urls));
        }
        catch (Exception e) when (Unwrap(e) is OperationCanceledException && stopping.IsCancellationRequested)
        {
            // Told to stop while still starting.
        }
        catch (Exception e)
        {
            exit.Fail(Unwrap(e));
        }
        // However the start went, the workers that it did start must stop, and may fail meanwhile.
        var watches = workers.Select(exit.WatchAsync).ToArray();
        try
        {
            await app.WaitForShutdownAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            exit.Fail(Unwrap(e));
        }
        if (workers.FirstOrDefault(static worker => worker.ExecuteTask is { IsCompleted: false }) is { } late)
            return exit.Fault ?? DidNotStop(late);
        await Task.WhenAll(watches);
        return exit.Fault;
    }

    static ClickstreamException DidNotStop(BackgroundService worker) => new(ExitCode.Internal,
        $"{worker.GetType().Name} did not stop within {ServiceDefaultsExtensions.ShutdownTimeout.TotalSeconds:0} s; its unfinished work is done again at the next start");

    static Exception Unwrap(Exception e) => e is AggregateException { InnerExceptions: [var only] } ? Unwrap(only) : e;

    static (ExitCode Code, string Message) Describe(Exception fault) => fault switch
    {
        ClickstreamException e => (e.ExitCode, OneLine(e.Message)),
        IOException { InnerException: AddressInUseException } e => (ExitCode.PortInUse, $"{OneLine(e.Message).TrimEnd('.')}; choose another with --urls"),
        _ => (ExitCode.Internal, $"internal error: {fault.GetType().Name}: {OneLine(fault.Message)}"),
    };

    static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
