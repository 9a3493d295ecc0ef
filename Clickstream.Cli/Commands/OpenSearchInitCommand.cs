using System.CommandLine;
using Clickstream.Cli.Output;
using Clickstream.Cli.Search;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary><c>opensearch init</c>: templates, indices, and what OpenSearch Dashboards shows of them.</summary>
sealed class OpenSearchInitCommand : CliCommand
{
    const string AddressVariable = "OpenSearch__DashboardsUrl";
    const string DefaultAddress = "http://localhost:5601";

    readonly Option<string> _dashboards = new("--dashboards")
    {
        Description = $"Where OpenSearch Dashboards is (default: {AddressVariable}, else {DefaultAddress}); a password is better in the variable",
        HelpName = "URL",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } url ? url : DefaultAddress,
    };

    public OpenSearchInitCommand()
        : base("init", "Make templates and indices in OpenSearch, and import index patterns, visualizations and dashboards") => Add(_dashboards);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        if (!Uri.TryCreate(parsed.GetValue(_dashboards), UriKind.Absolute, out var dashboards)
            || (dashboards.Scheme != Uri.UriSchemeHttp && dashboards.Scheme != Uri.UriSchemeHttps))
        {
            // It may hold a password: it is not quoted.
            throw new ClickstreamException(ExitCode.Usage, "the address of OpenSearch Dashboards is not of the form http[s]://[user:password@]host[:port]");
        }
        await using var clients = new Clients(PipelineSettings.Load(context.Folder));
        var (client, indices, terminal) = (clients.OpenSearch, clients.Indices, context.Terminal);

        var cluster = await client.InfoAsync(context.Stop);
        terminal.Check($"OpenSearch {cluster.Version} at {Addresses.OfOpenSearch(client.Address.ToString())}, cluster {cluster.ClusterName}");
        await indices.EnsureAsync(context.Stop);
        terminal.Check($"Index templates {string.Join(", ", indices.Names)}");
        foreach (var index in indices.Names)
            terminal.Check(Invariant($"Index {index}: {await client.CountAsync(index, context.Stop):N0} documents"));

        var objects = SavedObjects.Load();
        var address = SavedObjects.WithoutUser(dashboards);
        if (!await objects.ImportAsync(dashboards, context.Stop))
        {
            terminal.Say($"- No OpenSearch Dashboards answers at {address}: index patterns and dashboards are not imported. "
                + "Name its address with --dashboards, or import opensearch/clickstream-dashboards.ndjson there.");
            return ExitCode.Success;
        }
        terminal.Check($"Index patterns: {objects.IndexPatterns}");
        terminal.Check($"Visualizations: {objects.Visualizations}");
        terminal.Check($"Dashboards: {objects.Dashboards.Count()}");
        foreach (var id in objects.Dashboards)
            terminal.Say($"{address}app/dashboards#/view/{id}");
        return ExitCode.Success;
    }
}
