using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.Local;
using Clickstream.Local.PostgreSql;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.Cli.Commands;

/// <summary>
/// <c>psql</c>: PostgreSQL's own client, connected. It takes this process's place, so that terminal and exit code are its own.
/// </summary>
sealed class PsqlCommand : CliCommand
{
    readonly Argument<string[]> _arguments = new("ARGS")
    {
        Description = "Given to psql as they are",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    public PsqlCommand()
        : base("psql", "Run psql on the embedded or configured database: clickstream psql -Atc 'select count(*) from events'") => Add(_arguments);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        var options = settings.Read(PostgresOptions.Read);
        var environment = Variables(settings.RequirePostgres(), options.Schema, AuthorityFile(context.Folder, options));
        var program = Find();
        var arguments = parsed.GetValue(_arguments) ?? [];
        if (!OperatingSystem.IsWindows())
        {
            Processes.Exec.Replace(program, arguments, environment);
            return ExitCode.Internal;
        }

        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var psql = Process.Start(start)!;
        await psql.WaitForExitAsync(CancellationToken.None);
        return (ExitCode)psql.ExitCode;
    }

    /// <summary>libpq takes a CA from a file only. A certificate is no secret.</summary>
    static string? AuthorityFile(DataDirectory folder, PostgresOptions options)
    {
        if (options.SslCaPem is not { } value)
            return null;
        if (!Pem.TryNormalize(value, out var text))
            throw new ClickstreamException(ExitCode.Usage, "Postgres:SslCaPem is not PEM text; give the text itself (line ends may be written \\n) or base64 of it");
        folder.Create();
        PrivateFile.Write(folder.PostgresAuthority, text);
        return folder.PostgresAuthority;
    }

    /// <summary>libpq's variables for a connection string of Npgsql's.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="authorityFile">A private CA's certificate, or null.</param>
    internal static Dictionary<string, string?> Variables(string connectionString, string schema, string? authorityFile)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new(connectionString);
        }
        catch (ArgumentException e)
        {
            throw new ClickstreamException(ExitCode.Usage, $"ConnectionStrings:clickstream cannot be read: {e.Message}", e);
        }
        var options = Environment.GetEnvironmentVariable("PGOPTIONS");
        return new()
        {
            ["PGHOST"] = settings.Host,
            ["PGPORT"] = settings.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = settings.Username,
            ["PGDATABASE"] = settings.Database ?? settings.Username,
            ["PGPASSWORD"] = settings.Password,
            ["PGPASSFILE"] = settings.Passfile,
            ["PGSSLMODE"] = settings.SslMode switch
            {
                // As the services take it.
                _ when authorityFile is not null && !settings.ShouldSerialize("SSL Mode") => "verify-full",
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            },
            ["PGSSLROOTCERT"] = settings.RootCertificate ?? authorityFile ?? Environment.GetEnvironmentVariable("PGSSLROOTCERT"),
            ["PGOPTIONS"] = $"{options} -c search_path={schema}".TrimStart(),
            // They would win over the ones above.
            ["PGHOSTADDR"] = null,
            ["PGSERVICE"] = null,
        };
    }

    static string Find()
    {
        var file = OperatingSystem.IsWindows() ? "psql.exe" : "psql";
        var folders = PostgreSqlBinaries.FindAll().Select(static binaries => binaries.Directory)
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
            ?? throw new ClickstreamException(ExitCode.NotInstalled,
                "psql was not found beside PostgreSQL's server programs nor on PATH; install it: "
                + "'apt-get install postgresql-client' (Debian, Ubuntu), 'dnf install postgresql' (Fedora), 'brew install libpq' (macOS), 'winget install PostgreSQL.PostgreSQL.17' (Windows)");
    }
}
