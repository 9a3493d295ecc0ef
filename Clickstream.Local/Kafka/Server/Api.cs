using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Server;

/// <summary>Who asks, and in which version.</summary>
readonly record struct RequestContext(short Version, string ClientId, string ClientHost);

/// <summary>One request type as the broker answers it.</summary>
abstract class Api(ApiVersionRange versions)
{
    public ApiVersionRange Versions { get; } = versions;

    /// <summary>Reads the request and answers it; null where the client wants no answer.</summary>
    public abstract ValueTask<IKafkaResponse?> HandleAsync(
        ref KafkaReader reader, in RequestContext context, CancellationToken cancellationToken);
}

delegate ValueTask<IKafkaResponse?> ApiHandler<in TRequest>(TRequest request, RequestContext context, CancellationToken cancellationToken);

/// <inheritdoc/>
sealed class Api<TRequest>(ApiHandler<TRequest> handler) : Api(TRequest.Versions)
    where TRequest : IKafkaRequest<TRequest>
{
    public override ValueTask<IKafkaResponse?> HandleAsync(
        ref KafkaReader reader, in RequestContext context, CancellationToken cancellationToken) =>
        handler(TRequest.Read(ref reader, context.Version), context, cancellationToken);
}
