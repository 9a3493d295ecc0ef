using System.Net;
using Clickstream.Core.Settings;
using Clickstream.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Clickstream.Tests.ServiceDefaults;

public class ServiceDefaultsTests
{
    [Fact]
    public async Task Health_says_whether_the_servers_answer_and_alive_whether_the_process_does()
    {
        await using var app = Build(static builder => builder.AddKafka().AddPostgres(),
            "--ConnectionStrings:kafka=127.0.0.1:9", "--ConnectionStrings:clickstream=Host=127.0.0.1;Port=9",
            "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None");
        app.MapDefaultEndpoints();
        var stop = TestContext.Current.CancellationToken;
        await app.StartAsync(stop);
        var address = new Uri(Assert.Single(app.Urls));
        Assert.Equal("127.0.0.1", address.Host);
        using var http = new HttpClient { BaseAddress = address };
        using var alive = await http.GetAsync("/alive", stop);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        using var health = await http.GetAsync("/health", stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("Unhealthy", await health.Content.ReadAsStringAsync(stop));
    }

    [Fact]
    public async Task Without_an_endpoint_there_is_no_telemetry_to_pay_for()
    {
        await using var app = Build(static _ => { });
        Assert.Null(app.Services.GetService<MeterProvider>());
        Assert.Null(app.Services.GetService<TracerProvider>());
        Assert.DoesNotContain(app.Services.GetServices<ILoggerProvider>(), static provider => provider is OpenTelemetryLoggerProvider);
    }

    [Theory]
    [InlineData(null, "clickstream-test")]
    [InlineData("from-the-environment", "from-the-environment")]
    public async Task With_an_endpoint_all_three_signals_go_out_under_the_services_name(string? nameInEnvironment, string expected)
    {
        string[] args = ["--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9"];
        await using var app = Build(static _ => { }, nameInEnvironment is null ? args : [.. args, $"--OTEL_SERVICE_NAME={nameInEnvironment}"]);
        Assert.Contains(app.Services.GetServices<ILoggerProvider>(), static provider => provider is OpenTelemetryLoggerProvider);
        Assert.NotNull(app.Services.GetService<MeterProvider>());
        var resource = app.Services.GetRequiredService<TracerProvider>().GetResource();
        Assert.Equal(expected, resource.Attributes.Single(static attribute => attribute.Key == "service.name").Value);
    }

    [Fact]
    public async Task A_settings_record_is_read_once_and_shared()
    {
        KafkaOptions? first = null, second = null;
        await using var app = Build(builder =>
        {
            first = builder.AddSettings(KafkaOptions.Read);
            second = builder.AddSettings(KafkaOptions.Read);
        }, "--Kafka:Topic=mine");
        Assert.Equal("mine", first!.Topic);
        Assert.Same(first, second);
        Assert.Same(first, app.Services.GetRequiredService<KafkaOptions>());
    }

    [Fact]
    public void Registering_before_the_defaults_is_a_programmers_error() =>
        Assert.Throws<InvalidOperationException>(static () => WebApplication.CreateBuilder().AddKafka());

    [Fact]
    public async Task What_the_log_leaves_out_by_default_can_be_asked_for()
    {
        await using var quiet = Build(static _ => { });
        await using var chatty = Build(static _ => { }, "--Logging:LogLevel:Npgsql=Debug");
        Assert.False(IsEnabled(quiet, "Npgsql.Command", LogLevel.Information));
        Assert.False(IsEnabled(quiet, "Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical));
        Assert.True(IsEnabled(quiet, "Clickstream.Anything", LogLevel.Information));
        Assert.True(IsEnabled(chatty, "Npgsql.Command", LogLevel.Debug));

        static bool IsEnabled(WebApplication app, string category, LogLevel level) =>
            app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level);
    }

    static WebApplication Build(Action<WebApplicationBuilder> configure, params string[] args)
    {
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        builder.AddServiceDefaults("clickstream-test");
        configure(builder);
        ServiceContext.Of(builder).ThrowIfInvalid();
        return builder.Build();
    }
}
