using Clickstream.Core.Errors;
using Clickstream.Local.PostgreSql;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Local;

public sealed class PostgreSqlBinariesTests
{
    [Fact]
    public void Are_found_through_a_link_on_the_path()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights on Windows");
        using var temp = new TempFolder();
        var bin = Directory.CreateDirectory(temp.File("lib")).FullName;
        foreach (var program in (string[])["initdb", "postgres", "pg_ctl"])
            File.WriteAllText(Path.Combine(bin, program), "");
        var links = Directory.CreateDirectory(temp.File("links")).FullName;
        File.CreateSymbolicLink(Path.Combine(links, "postgres"), Path.Combine(bin, "postgres"));

        Assert.Equal([new PostgreSqlBinaries(bin)], PostgreSqlBinaries.FromPath($"relative:{temp.File("missing")}:{links}"));
    }

    [Fact]
    public void That_are_missing_are_an_error_that_names_the_packages()
    {
        var error = Assert.Throws<ClickstreamException>(() => PostgreSqlBinaries.First([]));

        Assert.Equal(ExitCode.NotInstalled, error.ExitCode);
        Assert.DoesNotContain('\n', error.Message);
        foreach (var system in (string[])["apt-get install postgresql", "dnf install postgresql-server", "brew install postgresql", "winget install"])
            Assert.Contains(system, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_another_version_than_the_data_are_an_error_that_names_both()
    {
        var error = await Assert.ThrowsAsync<ClickstreamException>(
            () => PostgreSqlBinaries.FindAsync("9", "/data/postgresql", TestContext.Current.CancellationToken));

        Assert.Equal(ExitCode.NotInstalled, error.ExitCode);
        Assert.StartsWith("/data/postgresql needs PostgreSQL 9, and only ", error.Message, StringComparison.Ordinal);
    }
}
