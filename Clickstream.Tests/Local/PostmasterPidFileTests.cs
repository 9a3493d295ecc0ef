using Clickstream.Local.PostgreSql;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Local;

public sealed class PostmasterPidFileTests
{
    static readonly string[] s_running = ["4711", "/data/postgresql", "1770000000", "25432", "", "127.0.0.1", "  1234567     42", "ready   "];

    [Fact]
    public void Is_read_as_the_server_writes_it()
    {
        Assert.Equal(new PostmasterPidFile(4711, "/data/postgresql", 25432, "ready"), PostmasterPidFile.Parse(s_running));
        Assert.True(PostmasterPidFile.Parse(s_running)!.IsReady);
    }

    [Fact]
    public void Is_read_while_the_server_is_still_writing_it()
    {
        for (var lines = 0; lines < s_running.Length; lines++)
        {
            var file = PostmasterPidFile.Parse(s_running[..lines]);
            Assert.NotEqual(true, file?.IsReady);
            Assert.Equal(lines < 2 ? null : 4711, file?.Pid);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("pid")]
    public void Without_a_pid_is_none(string pid) => Assert.Null(PostmasterPidFile.Parse([pid, .. s_running[1..]]));

    [Fact]
    public async Task Left_over_by_a_dead_server_does_not_make_another_process_of_that_pid_a_server()
    {
        using var temp = new TempFolder();
        await using var other = ChildProcess.Start("sleep", ["60"]);
        string[] leftOver = [$"{other.Pid}", temp.Path, .. s_running[2..]];
        await File.WriteAllLinesAsync(temp.File("postmaster.pid"), leftOver, TestContext.Current.CancellationToken);

        Assert.Null(await PostmasterPidFile.FindRunningAsync(temp.Path, TestContext.Current.CancellationToken));
    }
}
