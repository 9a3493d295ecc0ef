namespace Clickstream.Core.Errors;

/// <summary>
/// An error whose message is meant for the user: one line that names the thing, the value and the way out.
/// Programs print it as <c>error: {message}</c>, without a stack trace, and end with <paramref name="exitCode"/>.
/// </summary>
public sealed class ClickstreamException(ExitCode exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code with which the program ends.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
