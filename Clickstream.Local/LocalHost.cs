using System.Diagnostics;
using Clickstream.Local.Kafka;
using Clickstream.Local.PostgreSql;
using Clickstream.Local.Search;
using Clickstream.Local.Valkey;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Clickstream.Local;

/// <summary>Runs the parts that were asked for, from the opening of the data folder to the end of the last part.</summary>
sealed class LocalHost
{
    readonly LocalOptions _options;
    readonly DataFolder _folder;
    readonly ILoggerFactory _loggers;
    readonly ILogger _logger;
    readonly Lock _stateLock = new();
    LocalState? _state;

    LocalHost(LocalOptions options, DataFolder folder, ILoggerFactory loggers)
    {
        _options = options;
        _folder = folder;
        _loggers = loggers;
        _logger = loggers.CreateLogger<LocalHost>();
    }

    /// <summary>Returns when <paramref name="stop"/> is cancelled and all parts have ended; throws if a part cannot be started.</summary>
    public static async Task RunAsync(LocalOptions options, ILoggerFactory loggers, TextWriter output, CancellationToken stop)
    {
        try
        {
            await using var folder = await DataFolder.OpenAsync(options.DataDirectory, stop);
            LocalState.Delete(folder.Directory);
            await new LocalHost(options, folder, loggers).RunPartsAsync(output, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Being told to stop is a good end, in the middle of the start too.
        }
    }

    async Task RunPartsAsync(TextWriter output, CancellationToken stop)
    {
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var started = StartParts(failure.Token);
        try
        {
            // The first failure ends the other starts; what comes of that is no news.
            await foreach (var part in Task.WhenEach(started))
            {
                if (!part.IsCompletedSuccessfully)
                {
                    await failure.CancelAsync();
                    await part;
                }
            }

            lock (_stateLock)
                SaveState(StateOf(started.Select(static part => part.Result)));
            await output.WriteLineAsync("ready");
            await output.FlushAsync(CancellationToken.None);
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            lock (_stateLock)
                _state = null;
            LocalState.Delete(_folder.Directory);
            await Task.WhenAll(started.Select(EndAsync));
        }
    }

    List<Task<IAsyncDisposable>> StartParts(CancellationToken cancellationToken)
    {
        var started = new List<Task<IAsyncDisposable>>();
        if (_options.Parts.HasFlag(LocalParts.Kafka))
            started.Add(StartAsync(PartName.Kafka, StartKafka, static broker => broker.BoundEndPoint.Port));
        if (_options.Parts.HasFlag(LocalParts.PostgreSql))
            started.Add(StartAsync(PartName.PostgreSql, StartPostgreSql, static server => server.Port));
        if (_options.Parts.HasFlag(LocalParts.Valkey))
            started.Add(StartAsync(PartName.Valkey, StartValkey, static server => server.Port));
        if (_options.Parts.HasFlag(LocalParts.OpenSearch))
            started.Add(StartAsync(PartName.OpenSearch, StartOpenSearch, static server => server.Port));
        return started;

        Task<KafkaBroker> StartKafka()
        {
            var broker = new KafkaBrokerOptions { DataDirectory = _folder.KafkaDirectory };
            return LoopbackPort.StartOnAsync(
                _options.KafkaPort,
                LocalOptions.KafkaPortOption,
                port => KafkaBroker.StartAsync(broker with { Port = port }, _loggers, cancellationToken));
        }

        Task<PostgreSqlServer> StartPostgreSql() =>
            PostgreSqlServer.StartAsync(_folder, _options.PostgreSqlPort, OnRestarted, _loggers, cancellationToken);

        Task<ValkeyServer> StartValkey() => ValkeyServer.StartAsync(_folder, _options.ValkeyPort, _loggers);

        Task<SearchServer> StartOpenSearch() =>
            SearchServer.StartAsync(_folder.OpenSearchDirectory, _options.OpenSearchPort, _loggers, cancellationToken);
    }

    async Task<IAsyncDisposable> StartAsync<T>(string name, Func<Task<T>> start, Func<T, int> port)
        where T : IAsyncDisposable
    {
        var begin = Stopwatch.GetTimestamp();
        try
        {
            var part = await Task.Run(start);
            _logger.PartReady(name, port(part), Stopwatch.GetElapsedTime(begin).TotalSeconds);
            return part;
        }
        catch (Exception e)
        {
            _logger.PartFailed(e, name);
            throw;
        }
    }

    static async Task EndAsync(Task<IAsyncDisposable> started)
    {
        IAsyncDisposable part;
        try
        {
            part = await started;
        }
        catch
        {
            // It never began; the one that failed first has been reported.
            return;
        }

        await part.DisposeAsync();
    }

    LocalState StateOf(IEnumerable<IAsyncDisposable> parts)
    {
        var names = new List<string>();
        using var process = Process.GetCurrentProcess();
        var state = new LocalState { Pid = Environment.ProcessId, StartedAt = process.StartTime.ToUniversalTime(), Parts = names };
        foreach (var part in parts)
        {
            switch (part)
            {
                case KafkaBroker broker:
                    names.Add(PartName.Kafka);
                    state = state with { Kafka = new KafkaState(AddressOf(broker.BoundEndPoint.Port), _folder.KafkaDirectory) };
                    break;
                case PostgreSqlServer server:
                    names.Add(PartName.PostgreSql);
                    state = state with { PostgreSql = StateOf(server) };
                    break;
                case ValkeyServer valkey:
                    names.Add(PartName.Valkey);
                    state = state with { Valkey = new ValkeyState(AddressOf(valkey.Port)) };
                    break;
                case SearchServer search:
                    names.Add(PartName.OpenSearch);
                    state = state with { OpenSearch = new OpenSearchState($"http://{AddressOf(search.Port)}") };
                    break;
            }
        }

        return state;
    }

    PostgreSqlState StateOf(PostgreSqlServer server)
    {
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Username = PostgreSqlCluster.Role,
            Database = PostgreSqlCluster.Role,
            Passfile = _folder.PasswordFile,
        };
        return new PostgreSqlState(server.Pid, server.Port, server.DataDirectory, connection.ConnectionString, server.LogFile);
    }

    void OnRestarted(PostgreSqlServer server)
    {
        lock (_stateLock)
        {
            // Null before all parts are ready and once the end has begun.
            if (_state is null)
                return;
            try
            {
                SaveState(_state with { PostgreSql = StateOf(server) });
            }
            catch (IOException e)
            {
                // Only the pid has changed; address and password are what they were.
                _logger.StateNotSaved(e.Message);
            }
        }
    }

    void SaveState(LocalState state)
    {
        _state = state;
        state.Save(_folder.Directory);
    }

    static string AddressOf(int port) => $"127.0.0.1:{port}";
}
