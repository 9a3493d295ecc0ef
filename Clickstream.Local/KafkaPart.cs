using Clickstream.Core.Errors;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local;

sealed class KafkaPart : IAsyncDisposable
{
    public int Port { get; private init; }

    public static Task<KafkaPart> StartAsync(DataFolder folder, int requestedPort, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw new ClickstreamException(ExitCode.Unavailable, "the broker is not merged yet");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
