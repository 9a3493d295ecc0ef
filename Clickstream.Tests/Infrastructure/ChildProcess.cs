using System.Diagnostics;
using Clickstream.Local.Processes;

namespace Clickstream.Tests.Infrastructure;

/// <summary>A program that a test runs as a process of its own, killed with all it has started when the test is done with it.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // Far more than anything takes: a test run may have the machine at its limits.
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    static readonly TimeSpan s_pipeLimit = TimeSpan.FromSeconds(2);

    // Most live for seconds: code is compiled a second time only where it has been called often.
    static readonly Dictionary<string, string> s_compiler = new()
    {
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_TC_CallCountThreshold"] = "400", // hexadecimal
    };

    readonly Process _process;
    readonly Lines _output = new();
    readonly Lines _error = new();
    readonly Task _pumps;

    ChildProcess(Process process)
    {
        _process = process;
        Name = Path.GetFileName(process.StartInfo.FileName);
        Pid = process.Id;
        _pumps = Task.WhenAll(_output.ReadAsync(process.StandardOutput), _error.ReadAsync(process.StandardError));
    }

    public string Name { get; }

    public int Pid { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>What was written to standard output so far.</summary>
    public string Output => _output.Text;

    /// <summary>What was written to standard error so far.</summary>
    public string Error => _error.Text;

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> ErrorLines => _error.Snapshot();

    /// <summary>The program's standard input, whose other end this test holds.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts a program, with changes to the environment (null removes a variable).</summary>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in s_compiler)
            start.Environment[name] = value;
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.Start();
        return new ChildProcess(process);
    }

    /// <summary>Starts one of this solution's services with its settings in the environment.</summary>
    public static ChildProcess StartService(string project, IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments) =>
        Start(PathOf(project), arguments, settings.ToDictionary(static setting => setting.Key, static string? (setting) => setting.Value));

    /// <summary>Has a process compiled as anywhere else, and not as for tests: for those whose speed is measured.</summary>
    /// <param name="environment">What it will be given.</param>
    public static void CompileAsElsewhere(Dictionary<string, string?> environment)
    {
        foreach (var name in s_compiler.Keys)
            environment[name] = null;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ChildProcess> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var process = Start(program, arguments);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The executable of a project of this solution, of the same build as the tests.</summary>
    public static string PathOf(string project, string? executable = null)
    {
        // artifacts/bin/Clickstream.Tests/release/ -> artifacts/bin/PROJECT/release/EXECUTABLE
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var bin = Path.GetDirectoryName(Path.GetDirectoryName(own))!;
        return Path.Combine(bin, project, Path.GetFileName(own), (executable ?? project) + (OperatingSystem.IsWindows() ? ".exe" : ""));
    }

    /// <summary>Waits for a line of standard output.</summary>
    public Task<string> WaitForOutputAsync(Func<string, bool> match, CancellationToken cancellationToken) =>
        WaitForLineAsync(_output, match, cancellationToken);

    /// <summary>Waits for a line of standard error.</summary>
    public Task<string> WaitForErrorAsync(Func<string, bool> match, CancellationToken cancellationToken) =>
        WaitForLineAsync(_error, match, cancellationToken);

    /// <summary>Waits until a service has started.</summary>
    /// <returns>Where it answers, such as <c>http://127.0.0.1:1234</c>.</returns>
    public async Task<string> WaitForAddressAsync(CancellationToken cancellationToken) =>
        (await WaitForErrorAsync(static line => line.Contains("/alive at ", StringComparison.Ordinal), cancellationToken)).Split(' ')[^1];

    /// <summary>Sends a signal, by its number (see <c>kill -l</c>).</summary>
    public void Signal(int signal)
    {
        if (!OperatingSystem.IsWindows())
            Posix.Signal(Pid, signal);
        else
            _process.Kill();
    }

    /// <summary>Asks the program to end, as <c>kill</c> does, and waits until it has.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(CancellationToken cancellationToken)
    {
        if (!HasExited)
            Signal(15);
        return WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends the program without giving it a chance to clean up, as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits for the end and for all that was written by then.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);

            // What it has left running may hold the pipes open, so their end is not insisted on.
            await Task.WhenAny(_pumps, Task.Delay(s_pipeLimit, cancellationToken));
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name} did not end in time{Transcript()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    /// <summary>What the program has written, for a test that failed because of it.</summary>
    public string Transcript() => $"\n--- {Name} stdout\n{Output}\n--- {Name} stderr\n{Error}\n---";

    async Task<string> WaitForLineAsync(Lines lines, Func<string, bool> match, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.FindAsync(match).WaitAsync(s_limit, cancellationToken)
                ?? throw new InvalidOperationException($"{Name} ended without the line that was waited for{Transcript()}");
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name} did not write the line that was waited for{Transcript()}");
        }
    }

    /// <summary>Lines as they come, and whoever waits for one.</summary>
    sealed class Lines
    {
        readonly Lock _lock = new();
        readonly List<string> _lines = [];
        TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool _ended;

        public string Text => string.Join('\n', Snapshot());

        public IReadOnlyList<string> Snapshot()
        {
            lock (_lock)
                return [.. _lines];
        }

        public async Task ReadAsync(StreamReader reader)
        {
            while (true)
            {
                var line = await reader.ReadLineAsync(CancellationToken.None);
                lock (_lock)
                {
                    if (line is null)
                        _ended = true;
                    else
                        _lines.Add(line);
                    _changed.SetResult();
                    _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                if (line is null)
                    return;
            }
        }

        public async Task<string?> FindAsync(Func<string, bool> match)
        {
            for (var next = 0; ;)
            {
                Task changed;
                lock (_lock)
                {
                    for (; next < _lines.Count; next++)
                    {
                        if (match(_lines[next]))
                            return _lines[next];
                    }

                    if (_ended)
                        return null;
                    changed = _changed.Task;
                }

                await changed;
            }
        }
    }
}
