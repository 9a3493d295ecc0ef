using System.Net;
using System.Text;
using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clickstream.Tests.Cli;

/// <summary>The commands about search, on embedded infrastructure in a data folder of their own.</summary>
public sealed class OpenSearchCommandTests : IAsyncLifetime
{
    readonly LocalDataFolder _folder = new();

    CommandRun Command => new(_folder.Path);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync(ExitCode.Success, "down");
        await _folder.DisposeAsync();
    }

    [Fact]
    public async Task Switched_on_late_it_catches_up_is_verified_searched_and_reset()
    {
        var file = Path.Combine(Path.GetDirectoryName(_folder.Path)!, "events.csv");
        await Command.RunAsync(ExitCode.Success, "data", "generate", "--events", "5000", "--out", file);
        await Command.RunAsync(ExitCode.Success, "up", "--detach");
        await Command.RunAsync(ExitCode.Success, "producer", "start", "--file", file);
        Assert.Contains("runs without opensearch", (await Command.RunAsync(ExitCode.DataFolder, "up", "--detach", "--opensearch")).Error, StringComparison.Ordinal);
        await Command.RunAsync(ExitCode.Success, "down");
        await Command.RunAsync(ExitCode.Success, "up", "--detach", "--opensearch");
        await WaitUntilIndexedAsync();

        var verified = JsonDocument.Parse((await Command.RunAsync(ExitCode.Success, "verify", "--opensearch", "--json")).Output).RootElement;
        var events = verified.GetProperty("events").GetInt64();
        Assert.Equal(events, verified.GetProperty("opensearch").GetProperty("events").GetProperty("documents").GetInt64());
        Assert.Equal(verified.GetProperty("sessions").GetInt64(), verified.GetProperty("opensearch").GetProperty("sessions").GetProperty("documents").GetInt64());

        var views = await Command.RunAsync(ExitCode.Success, "psql", "-Atc", "select count(*) from events where event = 'view'");
        var found = JsonDocument.Parse((await Command.RunAsync(ExitCode.Success, "search", "event:view", "--size", "3", "--page", "2", "--json")).Output).RootElement;
        Assert.Equal(views.Output, found.GetProperty("total").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture));
        var newest = await Command.RunAsync(ExitCode.Success, "psql", "-Atc",
            "select (extract(epoch from event_time) * 1000)::bigint from events where event = 'view' order by event_time desc limit 3 offset 3");
        Assert.Equal(newest.Output.Split('\n'), found.GetProperty("events").EnumerateArray().Select(static e =>
            e.GetProperty("event_time").GetDateTimeOffset().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains("cannot be understood", (await Command.RunAsync(ExitCode.Usage, "search", "visitor_id:(")).Error, StringComparison.Ordinal);

        // A document changed behind the indexer's back is found.
        await Command.RunAsync(ExitCode.Success, "psql", "-c", "update sessions set view_count = view_count + 1 where session_id = (select min(session_id) from sessions)");
        var differing = JsonDocument.Parse((await Command.RunAsync(ExitCode.CheckFailed, "verify", "--opensearch", "--json")).Output).RootElement;
        Assert.Equal(1, differing.GetProperty("opensearch").GetProperty("sessions").GetProperty("differing").GetInt64());

        await Command.RunAsync(ExitCode.Success, "data", "reset", "-y");
        await Command.RunAsync(ExitCode.Success, "producer", "start", "--file", file, "--limit", "100");
        await WaitUntilIndexedAsync();
        var after = JsonDocument.Parse((await Command.RunAsync(ExitCode.Success, "verify", "--opensearch", "--json")).Output).RootElement;
        Assert.InRange(after.GetProperty("opensearch").GetProperty("events").GetProperty("documents").GetInt64(), 90, 100);

        var (_, stopped) = await Command.RunAsync(ExitCode.Success, "down");
        Assert.Contains("Stopped indexer", stopped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_makes_the_indices_and_imports_the_dashboards_where_there_is_somebody_to_take_them()
    {
        await Command.RunAsync(ExitCode.Success, "up", "--detach", "--opensearch");
        var (_, alone) = await Command.RunAsync(ExitCode.Success, "opensearch", "init", "--dashboards", "http://127.0.0.1:1");
        Assert.Contains("Index clickstream-events: 0 documents", alone, StringComparison.Ordinal);
        Assert.Contains("No OpenSearch Dashboards answers at http://127.0.0.1:1/", alone, StringComparison.Ordinal);

        var imported = "";
        await using var dashboards = await StartDashboardsAsync(body => imported = body);
        var (_, text) = await Command.RunAsync(ExitCode.Success, "opensearch", "init", "--dashboards", dashboards.Urls.Single());
        Assert.Contains("Dashboards: 2", text, StringComparison.Ordinal);
        Assert.Contains($"{dashboards.Urls.Single()}/app/dashboards#/view/", text, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"index-pattern\"", imported.Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);

        var (_, refused) = await Command.RunAsync(ExitCode.Unavailable, "opensearch", "init", "--dashboards", $"{dashboards.Urls.Single()}/elsewhere");
        Assert.Contains("has not taken the saved objects (HTTP 404)", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_indexes_what_it_has_stored()
    {
        var (output, _) = await Command.RunAsync(ExitCode.Success, "demo", "--events", "3000", "--opensearch", "--exit", "--json");
        var result = JsonDocument.Parse(output).RootElement;
        Assert.True(result.GetProperty("verified").GetBoolean(), output);
        Assert.Equal(result.GetProperty("events").GetInt64(), result.GetProperty("indexed_events").GetInt64());
        Assert.Equal(result.GetProperty("sessions").GetInt64(), result.GetProperty("indexed_sessions").GetInt64());
    }

    async Task WaitUntilIndexedAsync() => await Eventually.TrueAsync(async () =>
    {
        var status = JsonDocument.Parse((await Command.RunAsync(ExitCode.Success, "status", "--json")).Output).RootElement;
        var search = status.GetProperty("opensearch");
        return status.GetProperty("lag").ValueKind == JsonValueKind.Number && status.GetProperty("lag").GetInt64() == 0
            && status.GetProperty("events").GetInt64() > 0 && IsZero(search, "lag") && IsZero(search, "session_changes");

        static bool IsZero(JsonElement parent, string name) =>
            parent.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.GetInt64() == 0;
    }, TimeSpan.FromSeconds(90));

    /// <summary>What there is of OpenSearch Dashboards for an import.</summary>
    static async Task<WebApplication> StartDashboardsAsync(Action<string> imported)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        var app = builder.Build();
        app.MapPost("/api/saved_objects/_import", async (HttpRequest request) =>
        {
            if (request.Headers["osd-xsrf"].Count == 0 || (string?)request.Query["overwrite"] != "true")
                return Results.BadRequest();
            using var body = new MemoryStream();
            await (await request.ReadFormAsync()).Files.Single().CopyToAsync(body);
            imported(Encoding.UTF8.GetString(body.ToArray()));
            return Results.Text("""{"success":true,"successCount":1}""", "application/json");
        });
        await app.StartAsync(Cancelled);
        return app;
    }
}
