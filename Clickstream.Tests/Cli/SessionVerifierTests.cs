using Clickstream.Cli.Verification;
using Clickstream.Consumer.Schema;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Clickstream.Tests.Infrastructure;
using Npgsql;

namespace Clickstream.Tests.Cli;

/// <summary>The verifier on tables written by hand: it must find every lie, and nothing else.</summary>
public sealed class SessionVerifierTests(LocalInfrastructure infrastructure) : IAsyncLifetime
{
    const string Schema = "clickstream";

    /// <summary>
    /// Visitor 1: a session with a gap of exactly the timeout, items twice and out of order, then a session that begins one millisecond
    /// after the timeout. Visitor 2: one event, in the last millisecond there is. Visitor 3: within the same millisecond.
    /// </summary>
    const string Rows =
        """
        INSERT INTO events VALUES
          ('2015-05-03 10:00:00.001+00', 1, 'view', 9, NULL),
          ('2015-05-03 10:00:01.000+00', 1, 'view', 5, NULL),
          ('2015-05-03 10:00:02.000+00', 1, 'view', 9, NULL),
          ('2015-05-03 10:30:02.000+00', 1, 'addtocart', 9, NULL),
          ('2015-05-03 10:31:00.900+00', 1, 'transaction', 9, 77),
          ('2015-05-03 11:01:00.901+00', 1, 'view', 5, NULL),
          ('9999-12-31 23:59:59.999+00', 2, 'addtocart', 3, NULL),
          ('1970-01-01 00:00:00.000+00', 3, 'transaction', 8, 1),
          ('1970-01-01 00:00:00.000+00', 3, 'transaction', 4, 1);
        INSERT INTO sessions VALUES
          ('1-1430647200001', 1, '2015-05-03 10:00:00.001+00', '2015-05-03 10:31:00.900+00', 1860, 5, 3, 1, 1, '{5,9}', '{9}', '{9}', true),
          ('1-1430650860901', 1, '2015-05-03 11:01:00.901+00', '2015-05-03 11:01:00.901+00', 0, 1, 1, 0, 0, '{5}', '{}', '{}', false),
          ('2-253402300799999', 2, '9999-12-31 23:59:59.999+00', '9999-12-31 23:59:59.999+00', 0, 1, 0, 1, 0, '{}', '{3}', '{}', false),
          ('3-0', 3, '1970-01-01 00:00:00.000+00', '1970-01-01 00:00:00.000+00', 0, 2, 0, 0, 2, '{}', '{}', '{4,8}', true)
        """;

    NpgsqlDataSource _database = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var connectionString = await infrastructure.CreateDatabaseAsync(Cancelled);
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = Schema });
        await new SchemaMigrator(_database, new PostgresOptions(Schema, null), new SessionsOptions(TimeSpan.FromMinutes(30))).MigrateAsync(Cancelled);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Empty_tables_are_right()
    {
        var verification = await VerifyAsync();

        Assert.True(verification.Verified);
        Assert.Equal((0, 0), (verification.Events, verification.Sessions));
    }

    [Fact]
    public async Task Right_sessions_are_right()
    {
        var verification = await VerifyAsync(Rows);

        Assert.Empty(verification.FirstDifferences);
        Assert.True(verification.Verified);
        Assert.Equal((9, 4), (verification.Events, verification.Sessions));
    }

    [Theory]
    [InlineData("session_id", "'1-1430647200002'")]
    [InlineData("session_end", "'2015-05-03 10:31:00.901+00'")]
    [InlineData("duration_seconds", "1861")]
    [InlineData("event_count", "6")]
    [InlineData("view_count", "2")]
    [InlineData("cart_count", "0")]
    [InlineData("transaction_count", "2")]
    [InlineData("items_viewed", "'{9,5}'")]
    [InlineData("items_carted", "'{}'")]
    [InlineData("items_purchased", "'{9,9}'")]
    [InlineData("converted", "false")]
    public async Task A_wrong_column_is_found_and_named(string column, string wrong)
    {
        var verification = await VerifyAsync(Rows, $"UPDATE sessions SET {column} = {wrong} WHERE session_id = '1-1430647200001'");

        Assert.False(verification.Verified);
        Assert.Equal(1, verification.Differing);
        var difference = Assert.Single(verification.FirstDifferences);
        Assert.Equal((1, "2015-05-03 10:00:00.001+00", DifferenceKind.Different), (difference.VisitorId, difference.SessionStart, difference.Kind));
        var named = Assert.Single(difference.Columns);
        Assert.Equal(column, named.Column);
        Assert.NotEqual(named.Expected, named.Actual);
    }

    [Theory]
    [InlineData("visitor_id = 4")]
    [InlineData("session_start = '9999-12-31 23:59:59.998+00'")]
    public async Task A_wrong_key_is_a_missing_session_and_an_unexpected_one(string change)
    {
        var verification = await VerifyAsync(Rows, $"UPDATE sessions SET {change} WHERE visitor_id = 2");

        Assert.Equal(2, verification.Differing);
        Assert.Equal(
            [DifferenceKind.Missing, DifferenceKind.Unexpected],
            verification.FirstDifferences.Select(static difference => difference.Kind).Order());
    }

    [Theory]
    [InlineData("DELETE FROM sessions WHERE visitor_id = 3", DifferenceKind.Missing)]
    [InlineData("DELETE FROM events WHERE visitor_id = 3", DifferenceKind.Unexpected)]
    [InlineData("DELETE FROM events WHERE visitor_id = 3 AND item_id = 4", DifferenceKind.Different)]
    [InlineData("INSERT INTO events VALUES ('1970-01-01 00:00:00.000+00', 3, 'view', 8, NULL)", DifferenceKind.Different)]
    [InlineData("INSERT INTO events VALUES ('1970-01-01 00:30:00.001+00', 3, 'view', 8, NULL)", DifferenceKind.Missing)]
    internal async Task Rows_too_few_or_too_many_are_found(string change, DifferenceKind kind)
    {
        var verification = await VerifyAsync(Rows, change);

        Assert.Equal(3, Assert.Single(verification.FirstDifferences).VisitorId);
        Assert.Equal(kind, verification.FirstDifferences[0].Kind);
    }

    [Fact]
    public async Task Many_differences_are_counted_and_the_first_ones_told()
    {
        var verification = await VerifyAsync("INSERT INTO events SELECT '2015-05-03 10:00:00+00', visitor, 'view', 1, NULL FROM generate_series(1, 25) AS visitor");

        Assert.Equal(25, verification.Differing);
        Assert.Equal(Enumerable.Range(1, SessionVerifier.MaxDifferences).Select(static visitor => (long)visitor), verification.FirstDifferences.Select(static difference => difference.VisitorId));
    }

    [Fact]
    public async Task Sessions_made_with_another_timeout_are_not_judged()
    {
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => SessionVerifier.VerifyAsync(_database, Schema, TimeSpan.FromMinutes(31), Cancelled));

        Assert.Equal(ExitCode.Conflict, error.ExitCode);
        Assert.Contains("00:31:00", error.Message, StringComparison.Ordinal);
        Assert.Contains("00:30:00", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stored_timeout_is_the_one_that_counts()
    {
        var verification = await VerifyAsync(Rows, "UPDATE settings SET value = '1800001' WHERE name = 'session_timeout_ms'");

        // The two sessions of visitor 1 are one by this.
        Assert.Equal(2, verification.Differing);
    }

    [Fact]
    public async Task A_schema_without_tables_is_an_error()
    {
        var error = await Assert.ThrowsAsync<ClickstreamException>(() => SessionVerifier.VerifyAsync(_database, "nowhere", null, Cancelled));

        Assert.Equal(ExitCode.Conflict, error.ExitCode);
    }

    async Task<SessionVerification> VerifyAsync(params string[] changes)
    {
        foreach (var change in changes)
        {
            await using var command = _database.CreateCommand(change);
            await command.ExecuteNonQueryAsync(Cancelled);
        }
        return await SessionVerifier.VerifyAsync(_database, Schema, configuredTimeout: null, Cancelled);
    }
}
