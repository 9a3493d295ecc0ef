using System.Diagnostics;
using Spectre.Console;
using static System.FormattableString;

namespace Clickstream.Cli.Output;

/// <summary>
/// Where the command writes: what was asked for to standard output, what it says meanwhile to standard error. Lines that move are
/// for terminals only; elsewhere they become plain lines.
/// </summary>
sealed class Terminal
{
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);

    public Terminal(TextWriter output, TextWriter error)
    {
        OutputWriter = output;
        Output = Console(output);
        Error = Console(error);
        IsInteractive = Error.Profile.Capabilities.Interactive && !System.Console.IsErrorRedirected && Error.Profile.Capabilities.Ansi;

        static IAnsiConsole Console(TextWriter writer)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
            // A file or a pipe has no width; lines are not to be broken for it.
            if (!console.Profile.Out.IsTerminal)
                console.Profile.Width = 160;
            return console;
        }
    }

    /// <summary>Standard output, for data.</summary>
    public TextWriter OutputWriter { get; }

    /// <summary>Standard output, for tables.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>Standard error.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Standard error, for lines.</summary>
    public TextWriter ErrorWriter => Error.Profile.Out.Writer;

    /// <summary>Whether a person looks at standard error.</summary>
    public bool IsInteractive { get; }

    /// <summary>Tells the user something.</summary>
    public void Say(string text) => ErrorWriter.WriteLine(text);

    /// <summary>Tells the user that something is done, with a check mark.</summary>
    public void Check(string text) => Say($"\u2713 {text}");

    /// <summary>Tells the user about something that is not as it should be.</summary>
    public void Warn(string text) => Say($"warning: {text}");

    /// <summary>Does something that takes a while, and says so: one line, with the time it took.</summary>
    public async Task<T> StepAsync<T>(string text, Func<Task<T>> step)
    {
        var start = Stopwatch.GetTimestamp();
        T result;
        if (IsInteractive)
            result = await Error.Status().Spinner(Spinner.Known.Line).StartAsync(Markup.Escape(text), _ => step());
        else
            result = await WithReportsAsync(text, step(), start);
        Say(Invariant($"{text} ... {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
        return result;
    }

    /// <inheritdoc cref="StepAsync{T}"/>
    public Task StepAsync(string text, Func<Task> step) => StepAsync(text, async () =>
    {
        await step();
        return true;
    });

    async Task<T> WithReportsAsync<T>(string text, Task<T> step, long start)
    {
        while (await Task.WhenAny(step, Task.Delay(s_reportInterval)) != step)
            Say(Invariant($"{text} ... still at it after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));
        return await step;
    }
}
