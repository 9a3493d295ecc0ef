using System.Runtime.InteropServices;

namespace Clickstream.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and the end of the terminal. The first asks for an orderly end; a second one cuts waiting short, and what was
/// started still ends with the command.
/// </summary>
sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly CancellationTokenSource _hurry = new();
    readonly List<PosixSignalRegistration> _registrations = [];
    readonly Action _onFirst;

    /// <param name="onFirst">Tells the user that the signal was understood.</param>
    public StopSignals(Action onFirst)
    {
        _onFirst = onFirst;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>The user wants an end.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The user wants it now.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
        _hurry.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            if (_stop.IsCancellationRequested)
            {
                _hurry.Cancel();
                return;
            }
            if (context.Signal == PosixSignal.SIGINT)
                _onFirst();
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has come to its end by itself.
        }
    }
}
