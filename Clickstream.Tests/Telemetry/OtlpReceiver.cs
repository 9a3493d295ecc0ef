using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Clickstream.Tests.Telemetry;

/// <summary>What Aspire's dashboard is to a service: it takes OTLP, over gRPC or as protobuf over HTTP, and keeps all of it.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    const int FrameHeader = 5;
    static readonly byte[] s_emptyFrame = new byte[FrameHeader];

    readonly WebApplication _app;
    readonly ConcurrentQueue<(string Signal, ProtobufMessage Request)> _requests;

    OtlpReceiver(WebApplication app, ConcurrentQueue<(string, ProtobufMessage)> requests) => (_app, _requests) = (app, requests);

    /// <summary>The settings of a service that is to send by a protocol, each second, as Aspire has it.</summary>
    /// <param name="protocol"><c>grpc</c> or <c>http/protobuf</c>.</param>
    public Dictionary<string, string> Settings(string protocol) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = protocol == "grpc" ? _app.Urls.First() : _app.Urls.Last(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
    };

    /// <summary>The resources of all signals.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Resources => _requests.SelectMany(static request => OtlpSignals.Resources(request.Request));

    public IEnumerable<MetricPoint> Metrics => Of("metrics", OtlpSignals.Metrics);

    public IEnumerable<SpanRecord> Spans => Of("trace", OtlpSignals.Spans);

    public IEnumerable<LogLine> Logs => Of("logs", OtlpSignals.Logs);

    /// <summary>Starts one, with an endpoint for each protocol: gRPC wants HTTP/2, which without TLS must be agreed on beforehand.</summary>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="keep">Whether to keep what comes.</param>
    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken, bool keep = true)
    {
        var requests = new ConcurrentQueue<(string, ProtobufMessage)>();
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static grpc => grpc.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, static http => http.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, keep ? requests : null));
        await app.StartAsync(cancellationToken);
        return new(app, requests);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    static async Task AnswerAsync(HttpContext context, ConcurrentQueue<(string, ProtobufMessage)>? requests)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        ReadOnlyMemory<byte> message = body.ToArray();
        var isGrpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        if (isGrpc)
        {
            // A frame: whether it is compressed, its length, the message.
            Assert.Equal(0, message.Span[0]);
            message = message.Slice(FrameHeader, (int)BinaryPrimitives.ReadUInt32BigEndian(message.Span[1..]));
        }
        // /v1/traces, or /opentelemetry.proto.collector.trace.v1.TraceService/Export.
        var path = context.Request.Path.Value!;
        var signal = path.Contains("metrics", StringComparison.Ordinal) ? "metrics" : path.Contains("logs", StringComparison.Ordinal) ? "logs" : "trace";
        requests?.Enqueue((signal, ProtobufMessage.Parse(message)));

        context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
        if (!isGrpc)
            return;
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(s_emptyFrame, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    IEnumerable<T> Of<T>(string signal, Func<ProtobufMessage, IEnumerable<T>> read) =>
        _requests.Where(request => request.Signal == signal).SelectMany(request => read(request.Request));
}
