using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Clickstream.Tests.Chaos;

/// <summary>Where in a transaction that copies rows a connection can be caught.</summary>
enum Moment
{
    /// <summary>The server has half of a piece of a COPY's data.</summary>
    InCopy,

    /// <summary>The client has sent COMMIT, and the server does not have it yet.</summary>
    BeforeCommit,

    /// <summary>The server has committed, and the client does not have its answer yet.</summary>
    Committed,
}

/// <summary>
/// Stands between a consumer and PostgreSQL, passes everything on, and catches a connection at a given moment: it stands still
/// until the test lets it go on or cuts it.
/// </summary>
sealed class TcpProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = [];
    readonly CancellationTokenSource _stop = new();
    readonly IPEndPoint _server;
    readonly Task _accepting;
    Trap? _trap;

    public TcpProxy(int serverPort)
    {
        _server = new(IPAddress.Loopback, serverPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The <c>client_port</c>s in <c>pg_stat_activity</c> of its connections.</summary>
    public IEnumerable<int> BackendPorts => _connections.Where(static pair => !pair.Value.IsCompleted).Select(static pair => pair.Key.ServerSidePort);

    /// <summary>Catches the next connection that comes to the moment.</summary>
    /// <returns>Done when it is caught; cancelled by <see cref="Disarm"/>.</returns>
    public Task<CaughtConnection> CatchAsync(Moment moment)
    {
        var trap = new Trap(moment);
        if (Interlocked.CompareExchange(ref _trap, trap, null) is not null)
            throw new InvalidOperationException("There is a trap already.");
        return trap.Caught;
    }

    /// <summary>Catches nothing more.</summary>
    public void Disarm() => Interlocked.Exchange(ref _trap, null)?.Cancel();

    /// <summary>The trap for the moment, if there is one: whoever takes it springs it or puts it back.</summary>
    public Trap? TakeTrap(Moment moment) =>
        _trap is { } trap && trap.Moment == moment && Interlocked.CompareExchange(ref _trap, null, trap) == trap ? trap : null;

    /// <summary>Nothing came into the trap after all.</summary>
    public void PutBack(Trap trap)
    {
        if (Interlocked.CompareExchange(ref _trap, trap, null) is not null)
            trap.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Disarm();
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var (connection, running) in _connections)
        {
            connection.Cut();
            await running;
        }
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var connection = new ProxiedConnection(this, client);
                _connections[connection] = connection.RunAsync(_server, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Waits for one connection at one moment.</summary>
    internal sealed class Trap(Moment moment)
    {
        readonly TaskCompletionSource<CaughtConnection> _caught = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Moment Moment => moment;

        public Task<CaughtConnection> Caught => _caught.Task;

        public void Spring(CaughtConnection connection) => _caught.TrySetResult(connection);

        public void Cancel() => _caught.TrySetCanceled();
    }
}
