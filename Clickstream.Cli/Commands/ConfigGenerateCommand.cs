using System.CommandLine;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.Core.Terraform;
using Clickstream.Local;
using Clickstream.ServiceDefaults;

namespace Clickstream.Cli.Commands;

/// <summary><c>config generate</c>: the settings of Terraform's outputs, as a file that all commands and services read.</summary>
sealed class ConfigGenerateCommand : CliCommand
{
    const string DefaultSource = "terraform";

    readonly Option<string> _from = new("--from")
    {
        Description = "Folder of the Terraform configuration, or a file that `terraform output -json` was saved to",
        HelpName = "terraform|FILE",
        DefaultValueFactory = static _ => DefaultSource,
    };
    readonly Option<bool> _force = new("--force", "-f") { Description = "Overwrite the file" };

    public ConfigGenerateCommand()
        : base("generate", $"Write {EnvFile.DefaultName} from Terraform's outputs, for your eyes only")
    {
        Add(_from);
        Add(_force);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var path = EnvFile.PathIn(Environment.CurrentDirectory)
            ?? throw new ClickstreamException(ExitCode.Usage, $"{EnvFile.PathVariable} is empty: there is to be no file; unset it");
        if (File.Exists(path) && !parsed.GetValue(_force))
            throw new ClickstreamException(ExitCode.Usage, $"{path} exists; overwrite it with -f");
        var source = Path.GetFullPath(parsed.GetValue(_from)!);
        var outputs = await TerraformOutputs.ReadAsync(source, TimeProvider.System, context.Stop);
        var variables = outputs.ToSettings().Select(static setting =>
            new KeyValuePair<string, string>(PipelineSettings.VariableOf(setting.Key), PipelineSettings.SingleLine(setting.Value)));
        try
        {
            PrivateFile.Write(path, $"# Written by `clickstream config generate`. Holds secrets: keep it to yourself.\n{EnvFile.Format(variables)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClickstreamException(ExitCode.BadInput, $"{path} cannot be written: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        context.Terminal.Check($"{path}: Kafka, PostgreSQL, Valkey{(outputs.OpenSearch is null ? "; OpenSearch is not enabled" : " and OpenSearch")}");
        return ExitCode.Success;
    }
}
