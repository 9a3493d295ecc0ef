namespace Aspire.Npgsql;

/// <summary>
/// The settings of <c>AddNpgsqlDataSource</c> as package Aspire.Npgsql has them, for builds without it. Read from section
/// <c>Aspire:Npgsql</c>, then <c>Aspire:Npgsql:{name}</c>; a connection string of the name wins over both.
/// </summary>
public sealed class NpgsqlSettings
{
    /// <summary>Of the database.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>There is no health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Commands leave no spans.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Npgsql's own metrics are not collected.</summary>
    public bool DisableMetrics { get; set; }
}
