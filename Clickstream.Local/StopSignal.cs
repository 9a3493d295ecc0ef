using System.Runtime.InteropServices;

namespace Clickstream.Local;

/// <summary>Says when to stop: at SIGTERM, Ctrl-C, the end of the terminal or, if so asked, of standard input.</summary>
sealed class StopSignal : IDisposable
{
    readonly CancellationTokenSource _source = new();
    readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignal(LocalOptions options)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        if (options.ExitWithParent)
            _ = StopAtEndOfInputAsync();
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        // A second Ctrl-C means it: the system's default then ends the process at once.
        context.Cancel = context.Signal != PosixSignal.SIGINT || !_source.IsCancellationRequested;
        _source.Cancel();
    }

    async Task StopAtEndOfInputAsync()
    {
        // The parent holds the other end of the pipe, so it ends with the parent however that dies.
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        try
        {
            while (await Task.Run(() => input.Read(buffer)) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A pipe that breaks has ended too.
        }

        try
        {
            await _source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The process has come to its end by another way.
        }
    }
}
