using Clickstream.Local.Search.Cluster;
using Clickstream.Local.Search.Searching;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Search;

/// <summary>
/// All that the node keeps, and what it does by itself: refreshes.
/// <code>
/// index-templates.json   see TemplateStore
/// indices/UUID/          an index each: index.json, and see IndexEngine
/// </code>
/// </summary>
sealed class SearchNode : IAsyncDisposable
{
    static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    readonly CancellationTokenSource _stopping = new();
    readonly ILogger _logger;
    readonly Task _refreshing;

    public SearchNode(string directory, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        Time = time;
        Directory = System.IO.Directory.CreateDirectory(directory).FullName;
        Templates = new(Path.Combine(Directory, "index-templates.json"));
        Indices = new(Path.Combine(Directory, "indices"), Templates, time, logger);
        _refreshing = RefreshAsync(_stopping.Token);
    }

    public TimeProvider Time { get; }

    public string Directory { get; }

    public TemplateStore Templates { get; }

    public IndexRegistry Indices { get; }

    public OrdinalCache Ordinals { get; } = new();

    public ColumnCache Columns { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _refreshing;
        _stopping.Dispose();
        Indices.Dispose();
    }

    async Task RefreshAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_tick);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach (var index in Indices.All)
                    RefreshIfDue(index);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    void RefreshIfDue(SearchIndex index)
    {
        try
        {
            index.RefreshIfDue();
        }
        catch (Exception e)
        {
            // Whatever it is, the other indices go on, and the next write to this one says it.
            SearchLog.WriteFailed(_logger, index.Folder, e.Message);
        }
    }
}
