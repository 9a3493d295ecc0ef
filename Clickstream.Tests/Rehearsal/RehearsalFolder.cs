using System.Text;
using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Terraform;

namespace Clickstream.Tests.Rehearsal;

/// <summary>
/// A user's folder: <c>terraform/</c> with a state, and what commands make of it; his home and the folder for temporary files are in it, too.
/// Everything that is run in it is looked through for secrets: what it writes, its arguments, and the files it leaves.
/// </summary>
sealed class RehearsalFolder : IDisposable
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    readonly TempFolder _folder = new();
    readonly List<string> _secrets;
    readonly Dictionary<string, string?> _environment;

    public RehearsalFolder(OutputSet outputs)
    {
        string[] passwords = [.. ((string[])["postgres_password", "valkey_password", "opensearch_password"]).Select(name => (string)outputs[name]!)];
        _secrets =
        [
            .. passwords,
            Base64($"{outputs["opensearch_user"]}:{outputs["opensearch_password"]}"),
            .. FormsOf((string)outputs["kafka_access_key_pem"]!),
        ];
        foreach (var name in (string[])["terraform", "home", "tmp"])
            Directory.CreateDirectory(_folder.File(name));
        File.WriteAllText(StateFile, outputs.ToState());
        File.WriteAllText(OutputsFile, outputs.ToJson());
        _environment = new()
        {
            ["HOME"] = _folder.File("home"),
            ["TMPDIR"] = _folder.File("tmp"),
            // Sockets among the temporary files, otherwise.
            ["DOTNET_EnableDiagnostics"] = "0",
            ["CLICKSTREAM_DATA_DIR"] = _folder.File("data"),
            ["CLICKSTREAM_ENV_FILE"] = null,
            ["ConnectionStrings__kafka"] = null,
            ["ConnectionStrings__clickstream"] = null,
            ["ConnectionStrings__valkey"] = null,
            ["ConnectionStrings__opensearch"] = null,
            // So that several rehearsals can share one cluster and one Kafka.
            ["OpenSearch__IndexPrefix"] = "rehearsal-" + Guid.NewGuid().ToString("N"),
        };
    }

    public string EnvFile => _folder.File(".env");

    /// <summary>What <c>terraform output -json</c> would print, saved.</summary>
    public string OutputsFile => _folder.File("outputs.json");

    string StateFile => Path.Combine(_folder.Path, "terraform", "terraform.tfstate");

    public string PathOf(string name) => _folder.File(name);

    /// <summary>Sets a variable for what is run from now on.</summary>
    public void Set(string name, string? value)
    {
        _environment[name] = value;
        if (value is not null && name.EndsWith("KeyPem", StringComparison.Ordinal))
            _secrets.AddRange(FormsOf(value));
    }

    /// <summary>The user trusts somebody for other databases, in the file that libpq and Npgsql read: that must change nothing.</summary>
    public void WriteRootCertificate(TestAuthority authority)
    {
        Directory.CreateDirectory(PathOf("home/.postgresql"));
        File.WriteAllText(PathOf("home/.postgresql/root.crt"), authority.Pem);
    }

    /// <summary>Starts a service as a user would by hand: the settings are in the folder.</summary>
    public ChildProcess StartService(string project) =>
        ChildProcess.Start(ChildProcess.PathOf(project), ["--exit-with-parent"], _environment, _folder.Path);

    /// <summary>Runs a command to its end, checks the exit code, and that it has said no secret.</summary>
    /// <returns>Standard output and standard error.</returns>
    public async Task<(string Output, string Error)> RunAsync(ExitCode expected, params string[] arguments)
    {
        await using var process = ChildProcess.Start(ChildProcess.PathOf("Clickstream.Cli"), arguments, _environment, _folder.Path);
        process.Input.Close();
        var exit = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        // Also those of what it starts itself, which may be gone when it ends.
        using var timer = new PeriodicTimer(s_look);
        while (!exit.IsCompleted)
        {
            AssertNoSecretIsAnArgument();
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        var code = await exit;
        Assert.True((int)expected == code, $"{string.Join(' ', arguments)}: exit code {code}, expected {(int)expected}{process.Transcript()}");
        AssertNoSecret(process.Output + process.Error, string.Join(' ', arguments));
        return (process.Output, process.Error);
    }

    /// <summary>No argument of a process that runs now, and no file but those that are meant for that, holds a secret.</summary>
    public void AssertNoSecretIsLeftLying()
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            if (file != EnvFile && file != StateFile && file != OutputsFile)
                AssertNoSecret(ReadShared(file), file);
        }
        AssertNoSecretIsAnArgument();
    }

    void AssertNoSecretIsAnArgument()
    {
        if (!Directory.Exists("/proc"))
            return;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(static path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                AssertNoSecret(File.ReadAllText(Path.Combine(process, "cmdline")), process);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
    }

    /// <summary>A text that may be seen holds none of the secrets.</summary>
    public void AssertNoSecret(string text, string where) =>
        Assert.All(_secrets, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"a secret is in {where}"));

    /// <summary>A line of a PEM text that only this key has, and the text in base64.</summary>
    static string[] FormsOf(string pem) => [pem.Split('\n')[1], Base64(pem)];

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public void Dispose() => _folder.Dispose();

    static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
