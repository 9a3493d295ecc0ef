using System.CommandLine;
using Clickstream.Cli.Output;
using Clickstream.Cli.Search;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary><c>opensearch init</c>: templates, indices, and what OpenSearch Dashboards shows of them.</summary>
sealed class OpenSearchInitCommand : CliCommand
{
    const string AddressVariable = "OpenSearch__DashboardsUrl";
    const string DefaultAddress = "http://localhost:5601";

    readonly Option<string?> _dashboards = new("--dashboards")
    {
        Description = $"Where OpenSearch Dashboards is (default: {AddressVariable}, which may carry user and password, else {DefaultAddress})",
        HelpName = "URL",
    };

    public OpenSearchInitCommand()
        : base("init", "Make templates and indices in OpenSearch, and import index patterns, visualizations and dashboards") => Add(_dashboards);

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        var settings = await PipelineSettings.LoadAsync(context);
        var dashboards = AddressOf(parsed.GetValue(_dashboards), settings.Find(ServerSettings.DashboardsUrl)?.Value);
        await using var clients = new Clients(settings);
        var (client, indices, terminal) = (clients.OpenSearch, clients.Indices, context.Terminal);

        var cluster = await client.InfoAsync(context.Stop);
        terminal.Check($"OpenSearch {cluster.Version} at {Addresses.OfOpenSearch(client.Address.ToString())}, cluster {cluster.ClusterName}");
        await indices.EnsureAsync(context.Stop);
        terminal.Check($"Index templates {string.Join(", ", indices.Names)}");
        foreach (var index in indices.Names)
            terminal.Check(Invariant($"Index {index}: {await client.CountAsync(index, context.Stop):N0} documents"));

        using var http = clients.CreateDashboardsClient(dashboards);
        var address = http.BaseAddress!;
        if (!await SavedObjectImport.RunAsync(http, context.Stop))
        {
            terminal.Say($"- No OpenSearch Dashboards answers at {address}: index patterns and dashboards are not imported. "
                + "Name its address with --dashboards, or import opensearch/clickstream-dashboards.ndjson there.");
            return ExitCode.Success;
        }
        terminal.Check($"Index patterns: {SavedObject.Of("index-pattern").Count()}");
        terminal.Check($"Visualizations: {SavedObject.Of("visualization").Count()}");
        terminal.Check($"Dashboards: {SavedObject.Of("dashboard").Count()}");
        foreach (var dashboard in SavedObject.Of("dashboard"))
            terminal.Say($"{address}app/dashboards#/view/{dashboard.Id}");
        return ExitCode.Success;
    }

    static Uri AddressOf(string? argument, string? setting)
    {
        var text = argument ?? setting ?? DefaultAddress;
        // It may hold a password: it is not quoted.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ClickstreamException(ExitCode.Usage, "the address of OpenSearch Dashboards is not of the form http[s]://host[:port]");
        return argument is null || address.UserInfo.Length == 0 ? address : throw new ClickstreamException(ExitCode.Usage,
            $"arguments can be read by everybody on this machine: a user and password belong into {AddressVariable}");
    }
}
