using Clickstream.Core.Errors;

namespace Clickstream.Local;

/// <summary>Turns whatever ended the program into one line on stderr and an exit code.</summary>
static class UserError
{
    public static ExitCode Report(Exception exception, TextWriter error)
    {
        if (exception is ClickstreamException known)
        {
            error.WriteLine($"error: {known.Message}");
            return known.ExitCode;
        }

        // A disk that is full or broken, mostly.
        if (exception is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"error: the data folder cannot be used: {exception.Message.ReplaceLineEndings(" ")}");
            return ExitCode.DataFolder;
        }

        error.WriteLine($"error: internal fault: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
        return ExitCode.Internal;
    }
}
