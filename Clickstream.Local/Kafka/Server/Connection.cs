using Clickstream.Local.Kafka.Protocol;
using Clickstream.Local.Kafka.Protocol.Messages;

namespace Clickstream.Local.Kafka.Server;

/// <summary>
/// One client's side of the conversation: a request's bytes in, its response's bytes out. Requests are answered one at a time and in
/// order, which is what Kafka promises a connection. Knows nothing of sockets.
/// </summary>
sealed class Connection(ApiTable apis, string clientHost) : IDisposable
{
    const int LengthPrefix = 4;

    readonly KafkaWriter _writer = new();

    /// <summary>What the last request was, for the log.</summary>
    public ApiKey CurrentRequest { get; private set; }

    /// <summary>Whether that request is still being worked on: an error is then the broker's, not the network's.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>
    /// Answers a request (without its length prefix). The response (with it) is valid until the next call; empty where the client wants
    /// none. The request's bytes may be changed.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>> HandleAsync(Memory<byte> request, CancellationToken cancellationToken)
    {
        IsAnswering = true;
        var pending = Start(request, out var header, cancellationToken);
        var response = pending.IsCompletedSuccessfully ? pending.Result : await pending;
        var bytes = response is null ? default : Write(header, response);
        IsAnswering = false;
        return bytes;
    }

    public void Dispose() => _writer.Dispose();

    ValueTask<IKafkaResponse?> Start(Memory<byte> request, out Header header, CancellationToken cancellationToken)
    {
        var reader = new KafkaReader(request);
        var key = (ApiKey)reader.ReadInt16();
        var version = reader.ReadInt16();
        var correlationId = reader.ReadInt32();
        CurrentRequest = key;

        var api = apis.Find(key);
        if (key == ApiKey.ApiVersions && !api!.Versions.Contains(version))
        {
            // A newer client asks in a version that is unknown here. It is told in the oldest what there is, and asks again.
            header = new(key, Version: 0, correlationId, Flexible: false);
            return ValueTask.FromResult<IKafkaResponse?>(new ApiVersionsResponse(ErrorCode.UnsupportedVersion, apis.Versions));
        }

        if (api is null || !api.Versions.Contains(version))
            throw new MalformedRequestException($"request {key} version {version} is not supported");

        var clientId = reader.ReadClassicNullableString();
        reader.Flexible = version >= api.Versions.FlexibleFrom;
        reader.SkipTags();
        header = new(key, version, correlationId, reader.Flexible);
        return api.HandleAsync(ref reader, new(version, clientId ?? "", clientHost), cancellationToken);
    }

    ReadOnlyMemory<byte> Write(in Header header, IKafkaResponse response)
    {
        _writer.Reset();
        _writer.Reserve(LengthPrefix);
        _writer.WriteInt32(header.CorrelationId);
        _writer.Flexible = header.Flexible;

        // ApiVersions answers with the old header in every version: its reader does not know yet what the broker can do.
        if (header.Key != ApiKey.ApiVersions) _writer.WriteTags();
        response.Write(_writer, header.Version);
        _writer.WriteInt32At(0, _writer.Position - LengthPrefix);
        return _writer.Written;
    }

    readonly record struct Header(ApiKey Key, short Version, int CorrelationId, bool Flexible);
}
