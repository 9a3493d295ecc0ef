using Clickstream.Cli.Commands;
using Clickstream.Cli.Output;

namespace Clickstream.Tests.Cli;

/// <summary>Connection settings on their way out: to shells, to psql, to people.</summary>
public sealed class ConnectionOutputTests
{
    [Theory]
    [InlineData("sh", "a'b $c", "export NAME='a'\\''b $c'")]
    [InlineData("powershell", "a'b $c", "$env:NAME = 'a''b $c'")]
    [InlineData("cmd", "a'b $c", "set \"NAME=a'b $c\"")]
    public void A_line_is_quoted_for_its_shell(string shell, string value, string line) => Assert.Equal(line, EnvCommand.Line(shell, "NAME", value));

    [Fact]
    public void Psql_gets_the_connection_in_its_own_words()
    {
        var variables = PsqlCommand.Variables("Host=db.example;Port=1234;Username=me;Password=se cret;Database=shop;SSL Mode=VerifyFull;Root Certificate=/ca.pem", "events", null);

        Assert.Equal("db.example", variables["PGHOST"]);
        Assert.Equal("1234", variables["PGPORT"]);
        Assert.Equal("me", variables["PGUSER"]);
        Assert.Equal("se cret", variables["PGPASSWORD"]);
        Assert.Equal("shop", variables["PGDATABASE"]);
        Assert.Equal("verify-full", variables["PGSSLMODE"]);
        Assert.Equal("/ca.pem", variables["PGSSLROOTCERT"]);
        Assert.EndsWith("-c search_path=events", variables["PGOPTIONS"], StringComparison.Ordinal);
        Assert.Null(variables["PGSERVICE"]);
    }

    [Theory]
    [InlineData("Host=db.example;Username=me;Password=secret;Database=shop")]
    [InlineData("Host=db.example;Password=secret;Nonsense=1")]
    public void People_are_shown_no_password(string connectionString) =>
        Assert.DoesNotContain("secret", Addresses.OfDatabase(connectionString), StringComparison.Ordinal);
}
