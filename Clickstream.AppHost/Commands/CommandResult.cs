namespace Clickstream.AppHost.Commands;

/// <summary>What a run of the <c>clickstream</c> command came to.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Lines">All that it said: its data first, then its text for people.</param>
sealed record CommandResult(int ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>The line that says how it ended: its error, else the first of its data, else the last it said.</summary>
    public string Summary
    {
        get
        {
            const string Prefix = "error: ";
            return Lines.LastOrDefault(static line => line.StartsWith(Prefix, StringComparison.Ordinal)) is { } error ? error[Prefix.Length..]
                : Lines.FirstOrDefault() ?? $"ended with exit code {ExitCode}";
        }
    }
}
