using Clickstream.Core.Errors;
using Clickstream.Local.Processes;

namespace Clickstream.Local.PostgreSql;

/// <summary>
/// Who runs PostgreSQL's programs: we ourselves or, since they refuse to run as root, an unprivileged user in root's place.
/// </summary>
sealed class ServerAccount
{
    static readonly string[] s_preferred = ["postgres", "nobody"];

    // The words that come before a program's own to run it as another user.
    readonly string[] _prefix;

    ServerAccount(string? user, string[] prefix)
    {
        User = user;
        _prefix = prefix;
    }

    /// <summary>The unprivileged user, or null when it is us.</summary>
    public string? User { get; }

    static ServerAccount Ourselves { get; } = new(null, []);

    /// <summary>For a cluster that is yet to be made.</summary>
    public static async Task<ServerAccount> ForNewClusterAsync(CancellationToken cancellationToken)
    {
        if (!Posix.IsAvailable || !Posix.IsRoot)
            return Ourselves;

        foreach (var user in s_preferred)
        {
            if (await TryAsync(user, cancellationToken) is { } account)
                return account;
        }

        throw new ClickstreamException(
            ExitCode.NotInstalled,
            "PostgreSQL does not run as root, and neither setpriv, runuser nor sudo could start it as user postgres or nobody; " +
            "install one of them, or start as an ordinary user");
    }

    /// <summary>For a cluster that is there: whoever owns it.</summary>
    public static async Task<ServerAccount> OwnerOfAsync(string clusterDirectory, CancellationToken cancellationToken)
    {
        if (!Posix.IsAvailable || !Posix.IsRoot)
            return Ourselves;

        string[] format = OperatingSystem.IsMacOS() ? ["-f", "%Su"] : ["-c", "%U"];
        var stat = await Command.RunAsync("stat", [.. format, clusterDirectory], cancellationToken);
        var owner = stat.Output.Trim();
        return stat.ExitCode == 0 && owner is not ("" or "root" or "UNKNOWN") && await TryAsync(owner, cancellationToken) is { } account
            ? account
            : throw new ClickstreamException(
                ExitCode.DataFolder,
                $"{clusterDirectory} belongs to user '{owner}', and PostgreSQL cannot be started as that one; " +
                "give the folder to another user with chown -R");
    }

    /// <summary>Runs a program as this user.</summary>
    public Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string[] words = [.. _prefix, program, .. arguments];
        return Command.RunAsync(words[0], words[1..], cancellationToken);
    }

    /// <summary>Runs a program as this user, with all it says going to the end of a file that only we need to be able to open.</summary>
    public Task<CommandResult> RunLoggedAsync(
        string logFile, string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        const string Script = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";
        return Command.RunAsync("/bin/sh", ["-c", Script, "sh", logFile, .. _prefix, program, .. arguments], cancellationToken);
    }

    /// <summary>Whether this user gets to a folder, given the rights on all that is above it.</summary>
    public async Task<bool> CanEnterAsync(string directory, CancellationToken cancellationToken) =>
        User is null || (await RunAsync("/bin/sh", ["-c", "cd \"$1\"", "sh", directory], cancellationToken)).ExitCode == 0;

    /// <summary>Makes this user the owner of files that we have created.</summary>
    public async Task OwnAsync(CancellationToken cancellationToken, params string[] paths)
    {
        if (User is null)
            return;
        var chown = await Command.RunAsync("chown", ["-R", User, "--", .. paths], cancellationToken);
        if (chown.ExitCode != 0)
        {
            throw new ClickstreamException(
                ExitCode.DataFolder,
                $"cannot give {paths[0]} to user {User}: {chown.Reason}; choose a data folder on another file system with --data-dir");
        }
    }

    static async Task<ServerAccount?> TryAsync(string user, CancellationToken cancellationToken)
    {
        var group = await Command.RunAsync("id", ["-g", user], cancellationToken);
        if (group.ExitCode != 0)
            return null;

        string[][] ways =
        [
            ["setpriv", $"--reuid={user}", $"--regid={group.Output.Trim()}", "--init-groups", "--"],
            ["runuser", "-u", user, "--"],
            ["sudo", "-n", "-u", user, "--"],
        ];
        foreach (var prefix in ways)
        {
            if ((await Command.RunAsync(prefix[0], [.. prefix[1..], "true"], cancellationToken)).ExitCode == 0)
                return new ServerAccount(user, prefix);
        }

        return null;
    }
}
