using Clickstream.Local;

namespace Clickstream.Tests.Infrastructure;

/// <summary>A Clickstream.Local as a process, which stops by itself should the test's process die.</summary>
public sealed class LocalProcess : IAsyncDisposable
{
    /// <summary>Starting takes two seconds when the machine is idle, which it seldom is in a test run.</summary>
    static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(90);

    static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);

    readonly LocalDataFolder? _ownFolder;

    LocalProcess(ChildProcess process, string dataDirectory, LocalDataFolder? ownFolder)
    {
        Process = process;
        DataDirectory = dataDirectory;
        _ownFolder = ownFolder;
        State = LocalState.Load(dataDirectory) ?? throw new InvalidOperationException($"there is no state file{process.Transcript()}");
    }

    public ChildProcess Process { get; }

    public string DataDirectory { get; }

    public string BootstrapServers => State.Kafka!.BootstrapServers;

    /// <summary>For Npgsql, to the database <c>clickstream</c>.</summary>
    public string ConnectionString => State.PostgreSql!.ConnectionString;

    public string ValkeyConnectionString => State.Valkey!.ConnectionString;

    /// <summary>The state at the start; <see cref="LocalState.Load"/> has that of now.</summary>
    internal LocalState State { get; }

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="dataDirectory">Its data folder; without one, it has a temporary one that is removed with it.</param>
    /// <param name="parts">As on the command line; all without.</param>
    /// <param name="options">Further words for the command line.</param>
    public static async Task<LocalProcess> StartAsync(string? dataDirectory = null, string? parts = null, params string[] options)
    {
        var ownFolder = dataDirectory is null ? new LocalDataFolder() : null;
        var directory = dataDirectory ?? ownFolder!.Path;
        var process = Spawn(directory, parts, options);
        try
        {
            await process.WaitForOutputAsync(static line => line == "ready", s_startLimit);
            return new LocalProcess(process, directory, ownFolder);
        }
        catch
        {
            await EndAsync(process);
            if (ownFolder is not null)
                await ownFolder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one that is not expected to become ready.</summary>
    public static ChildProcess Spawn(string dataDirectory, string? parts = null, params string[] options)
    {
        string[] chosen = parts is null ? [] : ["--parts", parts];
        return ChildProcess.StartOurs("Clickstream.Local", ["--data-dir", dataDirectory, .. chosen, "--exit-with-parent", .. options]);
    }

    /// <summary>Stops it in good order.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (!Process.HasExited)
            Process.Terminate();
        return await Process.WaitForExitAsync(s_stopLimit);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Process);
        if (_ownFolder is not null)
            await _ownFolder.DisposeAsync();
    }

    static async Task EndAsync(ChildProcess process)
    {
        // In good order if possible: a kill would leave PostgreSQL running.
        if (!process.HasExited)
        {
            process.Terminate();
            try
            {
                await process.WaitForExitAsync(s_stopLimit);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                // It is killed below.
            }
        }

        await process.DisposeAsync();
    }
}
