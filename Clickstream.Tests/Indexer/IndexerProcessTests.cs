using Clickstream.Core.Errors;
using Clickstream.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Clickstream.Tests.Indexer;

/// <summary>The indexer as users run it: what it says and with which exit code it ends.</summary>
public sealed class IndexerProcessTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_OpenSearch_is_off_it_says_how_to_turn_it_on_and_ends()
    {
        await using var process = Start([]);
        Assert.Equal((int)ExitCode.Success, await process.WaitForExitAsync(Cancelled));
        Assert.Contains(process.ErrorLines, static line => line.Contains("OpenSearch__Enabled=true turns it on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_wrong_with_the_settings_is_one_line()
    {
        await using var process = Start(new()
        {
            ["OpenSearch__Enabled"] = "true",
            ["OpenSearch__IndexPrefix"] = "Shop",
            ["Indexer__MaxBulksInFlight"] = "0",
            ["ConnectionStrings__kafka"] = "127.0.0.1:9",
            ["ConnectionStrings__opensearch"] = "search:hunter2@host",
        });
        Assert.Equal((int)ExitCode.Usage, await process.WaitForExitAsync(Cancelled));
        var line = Assert.Single(process.ErrorLines);
        Assert.Contains("OpenSearch:IndexPrefix is Shop; allowed: ", line, StringComparison.Ordinal);
        Assert.Contains("Indexer:MaxBulksInFlight is 0; allowed: 1 to 16", line, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:opensearch is not of the form http[s]://", line, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:clickstream (PostgreSQL's connection string) is not set", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Who_is_not_let_in_is_told_so_without_the_password(int status)
    {
        await using var server = await HttpStub.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("Unauthorized", context.RequestAborted);
        });
        await using var process = Start(new()
        {
            ["OpenSearch__Enabled"] = "true",
            ["Indexer__Sessions"] = "false",
            ["ConnectionStrings__kafka"] = "127.0.0.1:9",
            ["ConnectionStrings__opensearch"] = $"http://search:hunter2@127.0.0.1:{server.Uri.Port}",
        });
        Assert.Equal((int)ExitCode.Unavailable, await process.WaitForExitAsync(Cancelled));
        Assert.Equal($"error: OpenSearch at {server.Uri} refuses: HTTP {status}: Unauthorized; check the user and password in "
            + "ConnectionStrings:opensearch, and the user's rights", process.ErrorLines[^1]);
        Assert.DoesNotContain("hunter2", process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_OpenSearch_it_waits_says_so_is_alive_and_not_ready()
    {
        await using var process = Start(new()
        {
            ["OpenSearch__Enabled"] = "true",
            ["Indexer__Sessions"] = "false",
            ["ConnectionStrings__kafka"] = "127.0.0.1:9",
            ["ConnectionStrings__opensearch"] = "http://127.0.0.1:9",
        });
        await process.WaitForErrorAsync(static line => line.Contains("OpenSearch at http://127.0.0.1:9/ takes nothing: ", StringComparison.Ordinal), Cancelled);
        using var http = new HttpClient { BaseAddress = new(await process.WaitForAddressAsync(Cancelled)) };
        Assert.True((await http.GetAsync("/alive", Cancelled)).IsSuccessStatusCode);
        Assert.False((await http.GetAsync("/health", Cancelled)).IsSuccessStatusCode);
        Assert.Equal((int)ExitCode.Success, await process.StopAsync(Cancelled));
    }

    static ChildProcess Start(Dictionary<string, string> settings) => ChildProcess.StartService("Clickstream.OpenSearchIndexer", settings, "--exit-with-parent");
}
