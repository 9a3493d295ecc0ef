using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Server;

/// <summary>
/// Everything the broker answers, in one place. To add a request type: its message family in Protocol/Messages, a method on a handler,
/// a line in <see cref="KafkaServices.BuildApis"/>. ApiVersions follows by itself.
/// </summary>
sealed class ApiTable
{
    readonly SortedDictionary<ApiKey, Api> _apis = [];

    public ApiTable() => Add<ApiVersionsRequest>((_, _) => new ApiVersionsResponse(ErrorCode.None, Versions));

    public IReadOnlyCollection<ApiVersionRange> Versions => [.. _apis.Values.Select(static a => a.Versions)];

    public Api? Find(ApiKey key) => _apis.GetValueOrDefault(key);

    /// <summary>A request that is answered at once.</summary>
    public void Add<TRequest>(Func<TRequest, RequestContext, IKafkaResponse?> handler)
        where TRequest : IKafkaRequest<TRequest> =>
        Add<TRequest>((request, context, _) => ValueTask.FromResult(handler(request, context)));

    /// <summary>A request whose answer may take its time.</summary>
    public void Add<TRequest>(ApiHandler<TRequest> handler)
        where TRequest : IKafkaRequest<TRequest> =>
        _apis.Add(TRequest.Versions.Key, new Api<TRequest>(handler));
}
