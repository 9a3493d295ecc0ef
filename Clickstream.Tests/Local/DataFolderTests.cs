using Clickstream.Core.Errors;
using Clickstream.Local;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Local;

public sealed class DataFolderTests : IDisposable
{
    readonly TempFolder _temp = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string Data => _temp.File("data");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Is_made_with_its_parents_and_keeps_its_id()
    {
        var directory = Path.Combine(Data, "deeper");
        string id;
        await using (var folder = await DataFolder.OpenAsync(directory, Cancelled))
            id = folder.Id;

        await using var again = await DataFolder.OpenAsync(directory, Cancelled);
        Assert.Equal(id, again.Id);
        Assert.Equal("1\n", await File.ReadAllTextAsync(Path.Combine(directory, "VERSION"), Cancelled));
    }

    [Fact]
    public async Task Is_held_by_one_at_a_time_who_is_named_and_let_go_at_the_end()
    {
        await using (await DataFolder.OpenAsync(Data, Cancelled))
        {
            Assert.Equal(Environment.ProcessId, DataFolderLock.FindHolder(Data));
            var error = await Assert.ThrowsAsync<ClickstreamException>(() => DataFolder.OpenAsync(Data, Cancelled));
            Assert.Equal(ExitCode.DataFolder, error.ExitCode);
            Assert.Contains($"in use by process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        }

        Assert.Null(DataFolderLock.FindHolder(Data));
        await using var next = await DataFolder.OpenAsync(Data, Cancelled);
    }

    [Fact]
    public async Task Is_not_refused_to_an_opener_while_others_look_who_holds_it()
    {
        using var done = new CancellationTokenSource();
        var lookers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                DataFolderLock.FindHolder(Data);
        }, Cancelled)).ToArray();

        for (var i = 0; i < 20; i++)
        {
            await using var folder = await DataFolder.OpenAsync(Data, Cancelled);
        }

        await done.CancelAsync();
        await Task.WhenAll(lookers);
    }

    [Fact]
    public async Task From_a_newer_version_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "VERSION"), "2\n", Cancelled);

        var error = await Assert.ThrowsAsync<ClickstreamException>(() => DataFolder.OpenAsync(Data, Cancelled));

        Assert.Equal(ExitCode.DataFolder, error.ExitCode);
        Assert.Contains("has version 2, and this program knows versions up to 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(["VERSION"], Directory.GetFileSystemEntries(Data).Select(Path.GetFileName));
    }

    [Fact]
    public async Task With_a_version_that_is_none_is_refused()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "VERSION"), "the second, revised edition of it all", Cancelled);

        var error = await Assert.ThrowsAsync<ClickstreamException>(() => DataFolder.OpenAsync(Data, Cancelled));

        Assert.Contains("holds 'the second, revised ...', which is not a version number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_cannot_be_made_is_an_error_of_one_line()
    {
        // Root may write anywhere, but nobody can make a folder inside a file.
        await File.WriteAllTextAsync(_temp.File("file"), "", Cancelled);
        var directory = Path.Combine(_temp.File("file"), "data");

        var error = await Assert.ThrowsAsync<ClickstreamException>(() => DataFolder.OpenAsync(directory, Cancelled));

        Assert.Equal(ExitCode.DataFolder, error.ExitCode);
        Assert.StartsWith($"data folder {directory} cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; choose another with --data-dir or CLICKSTREAM_DATA_DIR", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task State_is_that_of_the_process_that_holds_the_folder_or_none()
    {
        Assert.Null(LocalState.Load(Data));
        await using (await DataFolder.OpenAsync(Data, Cancelled))
        {
            Assert.Null(LocalState.Load(Data));
            State(Environment.ProcessId).Save(Data);
            Assert.Equal("127.0.0.1:1", LocalState.Load(Data)?.Valkey?.ConnectionString);

            // Left over by a process that was killed, whose folder another one is just opening.
            State(Environment.ProcessId + 1).Save(Data);
            Assert.Null(LocalState.Load(Data));
            State(Environment.ProcessId).Save(Data);
        }

        // Left over, and nobody holds the folder.
        Assert.Null(LocalState.Load(Data));

        static LocalState State(int pid) => new()
        {
            Pid = pid,
            StartedAt = DateTimeOffset.UnixEpoch,
            Parts = ["valkey"],
            Valkey = new ValkeyState("127.0.0.1:1"),
        };
    }
}
