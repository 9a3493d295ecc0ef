using Clickstream.Local;

namespace Clickstream.Tests.Infrastructure;

/// <summary>A Clickstream.Local as a process, which stops by itself should the test's process die.</summary>
public sealed class LocalProcess : IAsyncDisposable
{
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

    /// <summary>Of the search node, if it was among the parts asked for.</summary>
    public Uri OpenSearchUri => new(State.OpenSearch!.Uri);

    /// <summary>The state at the start; <see cref="LocalState.Load"/> has that of now.</summary>
    internal LocalState State { get; }

    /// <summary>Starts one with all its parts and a data folder that is removed with it, and waits until it is ready.</summary>
    public static async Task<LocalProcess> StartAsync(CancellationToken cancellationToken)
    {
        var folder = new LocalDataFolder();
        try
        {
            return await StartAsync(folder.Path, ["--parts", "kafka,postgresql,valkey,opensearch"], folder, cancellationToken);
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one on a data folder, with further words for the command line, and waits until it is ready.</summary>
    public static Task<LocalProcess> StartAsync(string dataDirectory, string[] options, CancellationToken cancellationToken) =>
        StartAsync(dataDirectory, options, null, cancellationToken);

    /// <summary>Starts one that is not expected to become ready.</summary>
    public static ChildProcess Spawn(string dataDirectory, params string[] options) =>
        ChildProcess.Start(ChildProcess.PathOf("Clickstream.Local"), ["--data-dir", dataDirectory, "--exit-with-parent", .. options]);

    /// <summary>Stops it in good order.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(CancellationToken cancellationToken) => Process.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Process);
        if (_ownFolder is not null)
            await _ownFolder.DisposeAsync();
    }

    static async Task<LocalProcess> StartAsync(
        string dataDirectory, string[] options, LocalDataFolder? ownFolder, CancellationToken cancellationToken)
    {
        var process = Spawn(dataDirectory, options);
        try
        {
            await process.WaitForOutputAsync(static line => line == "ready", cancellationToken);
            return new LocalProcess(process, dataDirectory, ownFolder);
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    static async Task EndAsync(ChildProcess process)
    {
        // In good order if possible: a kill would leave PostgreSQL running.
        try
        {
            await process.StopAsync(CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // It is killed below.
        }

        await process.DisposeAsync();
    }
}
