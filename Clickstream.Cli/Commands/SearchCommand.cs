using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clickstream.Cli.Output;
using Clickstream.Cli.Search;
using Clickstream.Cli.Settings;
using Clickstream.Core.Errors;
using Spectre.Console;
using static System.FormattableString;

namespace Clickstream.Cli.Commands;

/// <summary><c>search</c>: events that match a query string, newest first.</summary>
sealed class SearchCommand : CliCommand
{
    // OpenSearch goes no deeper.
    const int MaxDepth = 10_000;

    readonly Argument<string> _query = new("QUERY")
    {
        Description = "In OpenSearch's query string syntax: event:transaction AND item_id:355908, visitor_id:257597, "
            + "event_time:[2015-05-01 TO 2015-05-07]; * is everything",
    };
    readonly Option<int> _size = new("--size") { Description = "Events a page", HelpName = "N", DefaultValueFactory = static _ => 20 };
    readonly Option<int> _page = new("--page") { Description = "Which page", HelpName = "P", DefaultValueFactory = static _ => 1 };
    readonly Option<bool> _json = new("--json") { Description = "Print one JSON object" };

    public SearchCommand()
        : base("search", "Search the events in OpenSearch, newest first")
    {
        Add(_query);
        Add(_size);
        Add(_page);
        Add(_json);
        _size.Validators.Add(NumberRange.Between(1, MaxDepth));
        _page.Validators.Add(NumberRange.Between(1, MaxDepth));
        Validators.Add(result =>
        {
            if (result.Errors.Any())
                return;
            var (size, page) = (result.GetValue(_size), result.GetValue(_page));
            if ((long)size * page > MaxDepth)
                result.AddError(Invariant($"page {page} of {size} events lies beyond the first {MaxDepth}; narrow the query, by event_time for instance"));
        });
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context)
    {
        await using var clients = new Clients(await PipelineSettings.LoadAsync(context));
        var (size, page) = (parsed.GetValue(_size), parsed.GetValue(_page));
        using var answer = await AskAsync(clients, EventSearch.Body(parsed.GetValue(_query)!, size, page), context.Stop);
        var hits = answer.RootElement.GetProperty("hits");
        var found = new SearchJson(
            hits.GetProperty("total").GetProperty("value").GetInt64(), page, size, answer.RootElement.GetProperty("took").GetInt32(),
            [.. hits.GetProperty("hits").EnumerateArray().Select(static hit => FoundEvent.From(hit.GetProperty("_source")))]);
        if (parsed.GetValue(_json))
            await context.Terminal.OutputWriter.WriteLineAsync(Json.Line(found, CliJson.Default.SearchJson));
        else
            Write(context.Terminal.Output, found);
        return ExitCode.Success;
    }

    static async Task<JsonDocument> AskAsync(Clients clients, JsonObject request, CancellationToken cancellationToken)
    {
        try
        {
            return await clients.OpenSearch.SearchAsync(clients.Indices.Events, JsonSerializer.SerializeToUtf8Bytes(request), cancellationToken);
        }
        catch (ServiceDefaults.OpenSearchException e) when (e.Status == System.Net.HttpStatusCode.BadRequest)
        {
            throw new ClickstreamException(ExitCode.Usage, $"the query cannot be understood: {e.Reason}", e);
        }
        catch (ServiceDefaults.OpenSearchException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            throw new ClickstreamException(ExitCode.Unavailable,
                $"there is no index {clients.Indices.Events} yet; the indexer makes it: clickstream up --opensearch", e);
        }
    }

    static void Write(IAnsiConsole console, SearchJson found)
    {
        if (found.Events.Count > 0)
        {
            var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
            foreach (var title in (string[])["event time (UTC)", "visitor", "event", "item", "transaction"])
                table.AddColumn(title);
            foreach (var e in found.Events)
            {
                table.AddRow(
                    e.EventTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
                    Markup.Escape(e.VisitorId), Markup.Escape(e.Event), Markup.Escape(e.ItemId), Markup.Escape(e.TransactionId ?? ""));
            }
            console.Write(table);
        }
        var pages = (found.Total + found.Size - 1) / found.Size;
        console.Profile.Out.Writer.WriteLine(found.Total == 0
            ? "No event matches."
            : Invariant($"{found.Total:N0} {(found.Total == 1 ? "event" : "events")} in {found.TookMs} ms, page {found.Page} of {pages:N0}"));
    }
}
