namespace Clickstream.Core.Errors;

/// <summary>The exit codes of every Clickstream program. Their numbers are part of the command line's contract and never change.</summary>
public enum ExitCode
{
    /// <summary>All went well.</summary>
    Success = 0,

    /// <summary>A check did what it was asked to and its answer is no, such as <c>verify</c> finding a session that differs.</summary>
    CheckFailed = 1,

    /// <summary>Wrong arguments or settings.</summary>
    Usage = 2,

    /// <summary>An input file is missing, unreadable or not of the expected shape.</summary>
    BadInput = 3,

    /// <summary>A program that must be installed is not, such as PostgreSQL's server.</summary>
    NotInstalled = 4,

    /// <summary>The data folder is not writable, held by another process, or from a newer version.</summary>
    DataFolder = 5,

    /// <summary>A port that was asked for is in use.</summary>
    PortInUse = 6,

    /// <summary>A service is not running or cannot be reached.</summary>
    Unavailable = 7,

    /// <summary>What is stored contradicts what was asked for, such as another session timeout.</summary>
    Conflict = 8,

    /// <summary>A fault of the program itself.</summary>
    Internal = 70,

    /// <summary>Ended by Ctrl-C or a stop signal before the work was done.</summary>
    Interrupted = 130,
}
