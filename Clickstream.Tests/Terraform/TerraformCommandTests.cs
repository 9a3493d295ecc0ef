using Clickstream.Core.Errors;
using Clickstream.Core.Terraform;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Terraform;

public sealed class TerraformCommandTests : IDisposable
{
    readonly TestAuthority _authority = new();
    readonly TempFolder _folder = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Outputs_come_from_a_folder_with_a_state_and_from_a_saved_file_alike()
    {
        RequireTerraform();
        var set = new OutputSet(_authority).WithOpenSearch();
        Write("terraform.tfstate", set.ToState());
        var saved = Write("outputs.json", set.ToJson());
        Assert.Equal(await ReadAsync(saved), await ReadAsync(_folder.Path));
    }

    [Fact]
    public async Task A_folder_that_was_not_initialised_or_applied_says_what_to_run()
    {
        RequireTerraform();
        var fresh = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAsync(_folder.Path));
        Assert.Equal($"terraform is not initialised in {_folder.Path}; run: terraform -chdir={_folder.Path} init, then: terraform -chdir={_folder.Path} apply", fresh.Message);
        Directory.CreateDirectory(_folder.File(".terraform"));
        var initialised = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAsync(_folder.Path));
        Assert.Equal($"nothing is applied in {_folder.Path}; run: terraform -chdir={_folder.Path} apply", initialised.Message);

        Write("main.tf", """terraform { backend "http" { address = "http://127.0.0.1:1/" } }""".Replace("{ backend", "{\nbackend", StringComparison.Ordinal)
            .Replace("} }", "}\n}", StringComparison.Ordinal));
        var remote = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAsync(_folder.Path));
        Assert.Equal($"terraform is not initialised in {_folder.Path}; run: terraform -chdir={_folder.Path} init", remote.Message);
    }

    [Fact]
    public async Task What_terraform_refuses_is_said_in_one_line()
    {
        RequireTerraform();
        Write("terraform.tfstate", "{");
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAsync(_folder.Path));
        Assert.Equal((ExitCode.BadInput, $"`terraform output` in {_folder.Path} failed: Unsupported state file format"), (e.ExitCode, e.Message));
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_named()
    {
        var e = await Assert.ThrowsAsync<ClickstreamException>(() => ReadAsync(_folder.File("nothing")));
        Assert.Equal(ExitCode.BadInput, e.ExitCode);
        Assert.StartsWith($"there is neither a folder nor a file {_folder.File("nothing")} for Terraform's outputs", e.Message, StringComparison.Ordinal);
    }

    static Task<TerraformOutputs> ReadAsync(string source) => TerraformOutputs.ReadAsync(source, TimeProvider.System, Cancelled);

    static void RequireTerraform() => Assert.SkipUnless(TerraformProgram.IsInstalled, "terraform is not installed");

    string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
