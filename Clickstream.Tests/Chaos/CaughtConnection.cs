namespace Clickstream.Tests.Chaos;

/// <summary>A connection that a <see cref="TcpProxy"/> has caught, until it is told what becomes of it.</summary>
sealed class CaughtConnection(ProxiedConnection connection)
{
    readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Tells its backend: <c>client_port</c> in <c>pg_stat_activity</c>.</summary>
    public int BackendPort => connection.ServerSidePort;

    /// <summary>Done when it may go on.</summary>
    public Task MayGoOn => _goOn.Task;

    /// <summary>Lets it go on, what was held back first.</summary>
    public void Release() => _goOn.TrySetResult();

    /// <summary>Breaks it at both ends.</summary>
    public void Cut()
    {
        connection.Cut();
        _goOn.TrySetResult();
    }

    /// <summary>Breaks it at the client's end only. Released later, what was held back reaches the server all the same.</summary>
    public void CutClient() => connection.CutClient();
}
