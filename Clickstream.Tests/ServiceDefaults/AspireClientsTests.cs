using Clickstream.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Clickstream.Tests.ServiceDefaults;

/// <summary>
/// What the services rely on of <c>AddNpgsqlDataSource</c>, be it package Aspire.Npgsql's or what stands in for it: the same tests pass
/// in both builds.
/// </summary>
public class AspireClientsTests
{
    [Theory]
    [InlineData("general", "Host=general", null, null)]
    [InlineData("named", "Host=general", "Host=named", null)]
    [InlineData("connection", "Host=general", "Host=named", "Host=connection")]
    public void A_connection_string_wins_over_the_named_section_and_that_over_the_general_one(string expected, string general, string? named, string? connection)
    {
        var builder = Builder(("Aspire:Npgsql:ConnectionString", general), ("Aspire:Npgsql:main:ConnectionString", named), ("ConnectionStrings:main", connection));
        builder.AddNpgsqlDataSource("main");
        using var host = builder.Build();
        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(host.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString).Host);
    }

    [Fact]
    public void The_delegates_have_the_last_word()
    {
        var builder = Builder(("ConnectionStrings:main", "Host=connection"));
        builder.AddNpgsqlDataSource("main", static settings => settings.ConnectionString += ";Database=given", static source => source.Name = "mine");
        using var host = builder.Build();
        Assert.Equal("given", new NpgsqlConnectionStringBuilder(host.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString).Database);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Health_check_spans_and_metrics_are_there_unless_they_are_disabled(bool disabled)
    {
        var builder = Builder(("ConnectionStrings:main", "Host=connection"));
        builder.AddNpgsqlDataSource("main", settings => settings.DisableHealthChecks = settings.DisableTracing = settings.DisableMetrics = disabled);
        using var host = builder.Build();
        Assert.Equal(disabled ? [] : ["PostgreSql"],
            host.Services.GetService<IOptions<HealthCheckServiceOptions>>()?.Value.Registrations.Select(static check => check.Name) ?? []);
        Assert.Equal(disabled, host.Services.GetService<TracerProvider>() is null);
        Assert.Equal(disabled, host.Services.GetService<MeterProvider>() is null);
    }

    [Fact]
    public void A_service_has_its_own_settings_and_a_health_check_and_no_telemetry_that_nobody_asked_for()
    {
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", "--ConnectionStrings:clickstream=Host=server"]);
        builder.AddServiceDefaults("clickstream-test").AddPostgres();
        using var host = (IDisposable)builder.Build();
        var services = ((WebApplication)host).Services;
        var settings = new NpgsqlConnectionStringBuilder(services.GetRequiredService<NpgsqlDataSource>().ConnectionString);
        Assert.Equal(("server", "clickstream", "clickstream-test"), (settings.Host, settings.SearchPath, settings.ApplicationName));
        Assert.Contains(services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations, static check => check.Name == "PostgreSql");
        Assert.Null(services.GetService<MeterProvider>());
        Assert.Null(services.GetService<TracerProvider>());
    }

    static HostApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Where(static setting => setting.Value is not null)
            .Select(static setting => KeyValuePair.Create(setting.Key, setting.Value)));
        return builder;
    }
}
