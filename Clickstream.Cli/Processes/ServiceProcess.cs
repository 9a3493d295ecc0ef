using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Processes;

/// <summary>How a service is started.</summary>
/// <param name="Program">One of <see cref="Programs"/>.</param>
/// <param name="Arguments">Its arguments. Everybody can read them: no secrets.</param>
/// <param name="Environment">Variables to set or, where the value is null, to take out.</param>
/// <param name="LogFile">Where its output goes; null means where the command's goes.</param>
/// <param name="IsAttached">It ends with the command, however that ends; otherwise it stays.</param>
sealed record ServiceStart(
    string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment, string? LogFile, bool IsAttached);

/// <summary>A service that this command has started, in a session of its own.</summary>
sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>Longer than a service's own limit for an orderly end.</summary>
    static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);

    readonly Process _process;
    readonly ServiceStart _start;
    readonly ProcessIdentity _identity;
    readonly Task _output;

    ServiceProcess(Process process, ServiceStart start)
    {
        _process = process;
        _start = start;
        // One that has ended already has no mark; 0 is never compared, because such a process is not asked for again.
        _identity = ProcessIdentity.Of(process.Id, start.Program) ?? new(process.Id, 0, start.Program);
        _output = OperatingSystem.IsWindows() && start is { IsAttached: true, LogFile: { } log } ? CopyOutputAsync(process, log) : Task.CompletedTask;
    }

    public ProcessIdentity Identity => _identity;

    public bool HasExited => _process.HasExited;

    /// <exception cref="ClickstreamException">The program cannot be found or started.</exception>
    public static ServiceProcess Start(ServiceStart start)
    {
        KeepPreviousLog(start.LogFile);
        var info = OperatingSystem.IsWindows() ? OnWindows(start) : InNewSession(start);
        info.UseShellExecute = false;
        // Attached: the service watches the other end of this pipe (--exit-with-parent). Else: so that it does not read the terminal.
        info.RedirectStandardInput = true;
        foreach (var (name, value) in start.Environment)
            info.Environment[name] = value;
        Programs.AddRuntime(info.Environment);

        var process = new Process { StartInfo = info };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new ClickstreamException(ExitCode.NotInstalled, $"{info.FileName} cannot be started: {e.Message}", e);
        }
        if (!start.IsAttached)
            process.StandardInput.Close();
        return new ServiceProcess(process, start);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _output;
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, and kills it where it does not in time or <paramref name="hurry"/> comes.</summary>
    /// <returns>False where it had to be killed.</returns>
    public async Task<bool> StopAsync(CancellationToken hurry)
    {
        // The end of its input is the stop signal that works everywhere.
        if (_start.IsAttached)
            CloseInput();
        var inTime = OperatingSystem.IsWindows() && _start.IsAttached && await ProcessEnd.HasEndedAsync(Identity, s_stopLimit, hurry)
            || await ProcessEnd.StopAsync(Identity, s_stopLimit, hurry);
        await _process.WaitForExitAsync(CancellationToken.None);
        await _output;
        return inTime;
    }

    /// <summary>What became of a service that has ended by itself: the error that it printed, with its exit code.</summary>
    public ClickstreamException ToException()
    {
        var code = _process.ExitCode;
        var logHint = _start.LogFile is { } log ? $"; its log is {log}" : "";
        // A service prints its error as the last thing it does.
        const string Prefix = "error: ";
        var lines = _start.LogFile is { } path ? LogTail.Lines(path) : [];
        var error = lines.LastOrDefault(static line => line.StartsWith(Prefix, StringComparison.Ordinal));
        return error is not null && Enum.IsDefined((ExitCode)code) && code != 0
            ? new ClickstreamException((ExitCode)code, error[Prefix.Length..] + (code == (int)ExitCode.Internal ? logHint : ""))
            : new ClickstreamException(ExitCode.Internal, $"{_start.Program} ended unexpectedly with exit code {code}{logHint}");
    }

    public ValueTask DisposeAsync()
    {
        if (_start.IsAttached)
            CloseInput();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    [UnsupportedOSPlatform("windows")]
    static ProcessStartInfo InNewSession(ServiceStart start) =>
        new(Programs.Find(Programs.Cli), NewSession.Arguments(Programs.Find(start.Program), AllArguments(start), start.LogFile, start.IsAttached));

    static ProcessStartInfo OnWindows(ServiceStart start)
    {
        var program = Programs.Find(start.Program);
        // Only the shell of Windows can send output into a file that outlives this process.
        var quoted = string.Join(' ', start.Arguments.Select(static argument => $"\"{argument}\""));
        var info = start is { IsAttached: false, LogFile: { } log }
            ? new ProcessStartInfo("cmd.exe", $"/d /s /c \"\"{program}\" {quoted} > \"{log}\" 2>&1\"")
            : new ProcessStartInfo(program, AllArguments(start));
        info.CreateNoWindow = true;
        info.RedirectStandardOutput = info.RedirectStandardError = start is { IsAttached: true, LogFile: not null };
        if (OperatingSystem.IsWindows())
            info.CreateNewProcessGroup = true;
        return info;
    }

    static IEnumerable<string> AllArguments(ServiceStart start) => start.IsAttached ? [.. start.Arguments, "--exit-with-parent"] : start.Arguments;

    static async Task CopyOutputAsync(Process process, string log)
    {
        await using var file = new FileStream(log, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        // Its standard output is a line or two, and only errors are looked for.
        await process.StandardError.BaseStream.CopyToAsync(file);
        await process.StandardOutput.BaseStream.CopyToAsync(file);
    }

    static void KeepPreviousLog(string? log)
    {
        if (log is not null && File.Exists(log))
            File.Move(log, log + ".1", overwrite: true);
    }

    void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The reader is gone already.
        }
    }
}
