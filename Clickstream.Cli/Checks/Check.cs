using System.Collections.Concurrent;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Checks;

/// <summary>What came of a look at something.</summary>
enum CheckKind
{
    /// <summary>It is as it should be.</summary>
    Passed,

    /// <summary>It is not.</summary>
    Failed,

    /// <summary>It is not there, and need not be.</summary>
    Absent,

    /// <summary>The look itself went wrong, by a fault of ours.</summary>
    Broken,
}

/// <summary>What was found, a line.</summary>
sealed record CheckLine(CheckKind Kind, string Text)
{
    public override string ToString() => Kind switch
    {
        CheckKind.Passed => $"\u2713 {Text}",
        CheckKind.Failed or CheckKind.Broken => $"\u2717 {Text}",
        _ => $"- {Text}",
    };
}

/// <summary>The lines of a check as they come.</summary>
sealed class CheckLines
{
    readonly ConcurrentQueue<CheckLine> _lines = [];

    /// <summary>Those until now: a check whose time was up may still go on.</summary>
    public IReadOnlyList<CheckLine> All => [.. _lines];

    public void Passed(string text) => _lines.Enqueue(new(CheckKind.Passed, text));

    public void Failed(string text) => _lines.Enqueue(new(CheckKind.Failed, text));

    public void Broken(string text) => _lines.Enqueue(new(CheckKind.Broken, text));

    public void Absent(string text) => _lines.Enqueue(new(CheckKind.Absent, text));
}

/// <summary>Runs the check of one service, whose errors become its last line.</summary>
static class Check
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<CheckLine>> RunAsync(string service, Func<CheckLines, Task> check, CancellationToken cancellationToken)
    {
        var lines = new CheckLines();
        try
        {
            await check(lines).WaitAsync(s_limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            lines.Failed($"{service} did not answer within {s_limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var (code, message) = Failure.Describe(e, isStopping: false);
            // An error of our own ends this check only: what the others found is said all the same.
            if (code == ExitCode.Internal)
                lines.Broken($"{service}: {message}");
            else
                lines.Failed(message!);
        }
        return lines.All;
    }
}
