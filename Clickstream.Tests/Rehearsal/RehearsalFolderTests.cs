using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Terraform;
using Xunit.Sdk;

namespace Clickstream.Tests.Rehearsal;

/// <summary>The look for secrets finds one where there is one.</summary>
public sealed class RehearsalFolderTests : IDisposable
{
    readonly TestAuthority _authority = new();
    readonly OutputSet _outputs;
    readonly RehearsalFolder _folder;

    public RehearsalFolderTests()
    {
        _outputs = new OutputSet(_authority).WithOpenSearch();
        // Nobody else's: all processes are looked at.
        _outputs["postgres_password"] = $"AVNS_{Guid.NewGuid():N}";
        _folder = new(_outputs);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Files_that_are_meant_for_secrets_may_hold_them()
    {
        File.WriteAllText(_folder.EnvFile, (string)_outputs["postgres_password"]!);
        _folder.AssertNoSecretIsLeftLying();
    }

    [Theory]
    [InlineData("data/logs/consumer.log")]
    [InlineData("home/.history")]
    [InlineData("tmp/x")]
    [InlineData("terraform/crash.log")]
    public void A_secret_in_any_other_file_is_found(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.PathOf(file))!);
        File.WriteAllText(_folder.PathOf(file), $"Password={_outputs["postgres_password"]};");
        Assert.Contains($"a secret is in {_folder.PathOf(file)}", Assert.ThrowsAny<XunitException>(_folder.AssertNoSecretIsLeftLying).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_the_arguments_of_a_process_is_found()
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "there is no /proc to look at");
        // Waits for a line that nobody writes.
        await using var process = ChildProcess.Start("sh", ["-c", "read line", "sh", (string)_outputs["postgres_password"]!]);
        Assert.Contains($"a secret is in /proc/{process.Pid}", Assert.ThrowsAny<XunitException>(_folder.AssertNoSecretIsLeftLying).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Passwords_keys_and_what_http_makes_of_them_are_looked_for()
    {
        var key = (string)_outputs["kafka_access_key_pem"]!;
        string[] texts =
        [
            (string)_outputs["postgres_password"]!, (string)_outputs["valkey_password"]!, (string)_outputs["opensearch_password"]!,
            key, key.ReplaceLineEndings("\\n"), Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key)),
            $"Authorization: Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"avnadmin:{_outputs["opensearch_password"]}"))}",
        ];
        Assert.All(texts, text => Assert.ThrowsAny<XunitException>(() => _folder.AssertNoSecret($"... {text} ...", "a text")));
        _folder.AssertNoSecret((string)_outputs["kafka_access_cert_pem"]!, "a certificate");
    }
}
