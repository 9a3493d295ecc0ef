using System.Runtime.Versioning;
using Clickstream.Local;
using Clickstream.Local.PostgreSql;
using Clickstream.Local.Processes;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Local;

/// <summary>As root, PostgreSQL runs as an unprivileged user, who cannot get everywhere.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RootTests : IAsyncDisposable
{
    static readonly string[] s_alone = ["--parts", "postgresql"];

    readonly LocalDataFolder _folder = new();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string Data => _folder.Path;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Server_is_not_roots_and_its_files_are_in_the_data_folder_where_it_can_get_to_it()
    {
        SkipUnlessRoot();
        await using var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled);

        Assert.Equal(Path.Combine(Data, "postgresql"), local.State.PostgreSql!.Data);
        var status = await File.ReadAllLinesAsync($"/proc/{local.State.PostgreSql.Pid}/status", Cancelled);
        Assert.DoesNotContain("0", status.Single(static line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t'));
    }

    [Fact]
    public async Task Files_go_to_the_systems_folder_where_the_user_cannot_get_to_the_data_folder()
    {
        SkipUnlessRoot();
        LockUp();
        string cluster;
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
        {
            cluster = local.State.PostgreSql!.Data;
            Assert.Equal(SystemFolder.ClusterDirectory(DataFolder.ReadId(Data)!), cluster);
            Assert.False(Directory.Exists(Path.Combine(Data, "postgresql")));
            local.Process.Kill();
        }

        // It is found there again, and taken over.
        await using var again = await LocalProcess.StartAsync(Data, s_alone, Cancelled);
        Assert.Equal(cluster, again.State.PostgreSql!.Data);
        Assert.Contains("taken over", again.Process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_a_folder_that_was_removed_are_not_those_of_the_one_made_in_its_place()
    {
        SkipUnlessRoot();
        LockUp();
        string oldId;
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
        {
            oldId = DataFolder.ReadId(Data)!;
            await local.StopAsync(Cancelled);
        }

        Directory.Delete(Data, recursive: true);
        try
        {
            await using var anew = await LocalProcess.StartAsync(Data, s_alone, Cancelled);
            Assert.Equal(SystemFolder.ClusterDirectory(DataFolder.ReadId(Data)!), anew.State.PostgreSql!.Data);
            Assert.NotEqual(oldId, DataFolder.ReadId(Data));
            Assert.Contains($"{Path.Combine(SystemFolder.Root, oldId)} was made for {Data}, which is gone", anew.Process.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.Combine(SystemFolder.Root, oldId), recursive: true);
        }
    }

    [Fact]
    public async Task Files_follow_a_folder_that_is_moved_but_not_a_copy_of_it()
    {
        SkipUnlessRoot();
        LockUp();
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
            await local.StopAsync(Cancelled);
        var cluster = SystemFolder.ClusterDirectory(DataFolder.ReadId(Data)!);

        var moved = Data + "-moved";
        Directory.Move(Data, moved);
        await using (var local = await LocalProcess.StartAsync(moved, s_alone, Cancelled))
            Assert.Equal(cluster, local.State.PostgreSql!.Data);

        Directory.CreateDirectory(Data);
        foreach (var file in (string[])["id", "VERSION", "postgresql.pgpass"])
            File.Copy(Path.Combine(moved, file), Path.Combine(Data, file));
        await using (var local = await LocalProcess.StartAsync(Data, s_alone, Cancelled))
        {
            Assert.NotEqual(cluster, local.State.PostgreSql!.Data);
            Assert.Contains("is a copy of another data folder", local.Process.Error, StringComparison.Ordinal);
        }

        // This class cleans up after the folder of today only.
        Directory.Delete(Path.GetDirectoryName(cluster)!, recursive: true);
    }

    static void SkipUnlessRoot() => Assert.SkipUnless(Posix.IsAvailable && Posix.IsRoot, "needs root");

    /// <summary>Makes the folder above the data folder root's alone, as root's home is.</summary>
    void LockUp() => File.SetUnixFileMode(Path.GetDirectoryName(Data)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
