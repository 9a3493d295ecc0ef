using Clickstream.AppHost.Commands;
using Clickstream.Core.Errors;

namespace Clickstream.Tests.AppHost;

public class DataResetTests
{
    readonly List<string> _done = [];

    [Fact]
    public async Task Data_are_deleted_while_nobody_works_on_them()
    {
        Assert.Equal("deleted", (await ResetAsync(stops: true, new CommandResult(0, ["deleted"]))).Summary);
        Assert.Equal(["stop consumer", "stop indexer", "delete", "start consumer", "start indexer"], _done);
    }

    [Fact]
    public async Task A_deletion_that_fails_leaves_the_workers_at_work()
    {
        Assert.Equal(5, (await ResetAsync(stops: true, new CommandResult(5, ["error: no"]))).ExitCode);
        Assert.Equal(["stop consumer", "stop indexer", "delete", "start consumer", "start indexer"], _done);
    }

    [Fact]
    public async Task Nothing_is_deleted_under_a_worker_that_does_not_stop()
    {
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => ResetAsync(stops: false, new CommandResult(0, [])));
        Assert.Equal("indexer could not be stopped, so nothing was deleted", error.Message);
        Assert.Equal(["stop consumer", "stop indexer", "start consumer", "start indexer"], _done);
    }

    [Fact]
    public async Task A_worker_that_does_not_start_again_is_named_and_the_others_start()
    {
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => ResetAsync(stops: true, new CommandResult(0, ["deleted"]), starts: false));
        Assert.Equal("deleted; consumer could not be started again", error.Message);
        Assert.Equal(["stop consumer", "stop indexer", "delete", "start consumer", "start indexer"], _done);
    }

    Task<CommandResult> ResetAsync(bool stops, CommandResult result, bool starts = true) => DataReset.RunAsync(["consumer", "indexer"],
        static worker => worker,
        worker => Do($"stop {worker}", stops || worker == "consumer"),
        worker => Do($"start {worker}", starts || worker == "indexer"),
        () => Do("delete", result));

    Task<T> Do<T>(string what, T result)
    {
        _done.Add(what);
        return Task.FromResult(result);
    }
}
