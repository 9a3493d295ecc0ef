using System.Globalization;
using Clickstream.Core.Errors;
using Clickstream.Local.Processes;

namespace Clickstream.Local.PostgreSql;

/// <summary>A folder with PostgreSQL's server programs.</summary>
sealed record PostgreSqlBinaries(string Directory)
{
    const string HowToInstall =
        "install it: 'apt-get install postgresql' (Debian, Ubuntu), 'dnf install postgresql-server' (Fedora), " +
        "'brew install postgresql' (macOS), 'winget install PostgreSQL.PostgreSQL.17' (Windows)";

    static readonly string s_suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    public string InitDb => PathOf("initdb");

    public string Postgres => PathOf("postgres");

    public string PgCtl => PathOf("pg_ctl");

    string PathOf(string program) => Path.Combine(Directory, program + s_suffix);

    bool IsComplete => File.Exists(InitDb) && File.Exists(Postgres) && File.Exists(PgCtl);

    /// <summary>The programs for a new cluster: those on PATH, else the newest in the usual folders.</summary>
    /// <exception cref="ClickstreamException">There are none.</exception>
    public static PostgreSqlBinaries Find() => First(FindAll());

    public static PostgreSqlBinaries First(IEnumerable<PostgreSqlBinaries> installations) => installations.FirstOrDefault()
        ?? throw new ClickstreamException(
            ExitCode.NotInstalled,
            $"PostgreSQL's server programs (initdb, postgres, pg_ctl) were not found on PATH or in the usual folders; {HowToInstall}");

    /// <summary>The programs of a given major version: a cluster can only be run by those that made it.</summary>
    /// <exception cref="ClickstreamException">They are not there.</exception>
    public static async Task<PostgreSqlBinaries> FindAsync(string majorVersion, string clusterDirectory, CancellationToken cancellationToken)
    {
        var others = new List<string>();
        foreach (var candidate in FindAll())
        {
            var version = await candidate.MajorVersionAsync(cancellationToken);
            if (version == majorVersion)
                return candidate;
            if (version is not null && !others.Contains(version))
                others.Add(version);
        }

        var found = others.Count == 0 ? "none was found" : $"only {string.Join(", ", others)} was found";
        throw new ClickstreamException(
            ExitCode.NotInstalled,
            $"{clusterDirectory} needs PostgreSQL {majorVersion}, and {found}; install that version, or start over with another data folder");
    }

    /// <summary>All installations, best first.</summary>
    public static IEnumerable<PostgreSqlBinaries> FindAll() =>
        FromPath(Environment.GetEnvironmentVariable("PATH") ?? "").Concat(UsualFolders()).Distinct().Where(static found => found.IsComplete);

    public static IEnumerable<PostgreSqlBinaries> FromPath(string path)
    {
        foreach (var directory in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Path.IsPathFullyQualified(directory))
                continue;
            var link = new FileInfo(Path.Combine(directory, "postgres" + s_suffix));
            if (!link.Exists)
                continue;

            // A link leads to the folder that holds the other programs too.
            var program = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link.FullName;
            yield return new PostgreSqlBinaries(Path.GetDirectoryName(program)!);
        }
    }

    static IEnumerable<PostgreSqlBinaries> UsualFolders()
    {
        if (OperatingSystem.IsWindows())
            return Versions(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*");

        return Versions("/usr/lib/postgresql", "*")             // Debian, Ubuntu
            .Concat(Versions("/usr", "pgsql-*"))                // PostgreSQL's own RPMs
            .Concat([new PostgreSqlBinaries("/usr/bin")])       // Fedora, Arch
            .Concat(Versions("/opt/homebrew/opt", "postgresql*"))
            .Concat(Versions("/usr/local/opt", "postgresql*"));
    }

    static IEnumerable<PostgreSqlBinaries> Versions(string parent, string pattern) =>
        System.IO.Directory.Exists(parent)
            ? System.IO.Directory.EnumerateDirectories(parent, pattern)
                .OrderByDescending(static directory => VersionIn(Path.GetFileName(directory)))
                .Select(static directory => new PostgreSqlBinaries(Path.Combine(directory, "bin")))
            : [];

    static double VersionIn(string name)
    {
        var digits = new string([.. name.SkipWhile(static c => !char.IsAsciiDigit(c)).TakeWhile(static c => char.IsAsciiDigit(c) || c == '.')]);
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    async Task<string?> MajorVersionAsync(CancellationToken cancellationToken)
    {
        // "postgres (PostgreSQL) 15.18 (Debian ...)"
        var result = await Command.RunAsync(Postgres, ["--version"], cancellationToken);
        var version = result.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(static word => char.IsAsciiDigit(word[0]));
        return version is null ? null : new string([.. version.TakeWhile(char.IsAsciiDigit)]);
    }
}
