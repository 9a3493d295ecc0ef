using Clickstream.Local.Kafka.Protocol;

namespace Clickstream.Local.Kafka.Groups;

/// <summary>A member of a group. Guarded by its group's lock.</summary>
sealed class Member(string id, string? instanceId, string clientId, string clientHost) : IDisposable
{
    public string Id { get; } = id;

    public string? InstanceId { get; } = instanceId;

    public string ClientId { get; } = clientId;

    public string ClientHost { get; } = clientHost;

    public TimeSpan SessionTimeout { get; set; }

    public TimeSpan RebalanceTimeout { get; set; }

    public List<MemberProtocol> Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>Set while the member waits for the answer to its join.</summary>
    public TaskCompletionSource<JoinResult>? AwaitingJoin { get; private set; }

    /// <summary>Set while the member waits for the answer to its sync.</summary>
    public TaskCompletionSource<SyncResult>? AwaitingSync { get; private set; }

    /// <summary>Whether the member has asked for its assignment in this generation.</summary>
    public bool HasSynced { get; set; }

    /// <summary>When the member was last heard of, as a timestamp of the time provider.</summary>
    public long LastHeard { get; set; }

    public ITimer? SessionTimer { get; set; }

    public bool Supports(string protocol) => Protocols.Exists(p => p.Name == protocol);

    public byte[] MetadataOf(string? protocol) => Protocols.Find(p => p.Name == protocol).Metadata ?? [];

    public bool HasSameProtocols(List<MemberProtocol> others) =>
        Protocols.Count == others.Count
        && Protocols.Zip(others).All(static p => p.First.Name == p.Second.Name && p.First.Metadata.AsSpan().SequenceEqual(p.Second.Metadata));

    public Task<JoinResult> WaitForJoin()
    {
        // A repeated join: the connection of the first one is gone.
        Answer(new JoinResult(ErrorCode.RebalanceInProgress, Id));
        AwaitingJoin = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return AwaitingJoin.Task;
    }

    public Task<SyncResult> WaitForSync()
    {
        Answer(SyncResult.Failed(ErrorCode.RebalanceInProgress));
        AwaitingSync = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return AwaitingSync.Task;
    }

    public void Answer(JoinResult result)
    {
        AwaitingJoin?.TrySetResult(result);
        AwaitingJoin = null;
    }

    public void Answer(SyncResult result)
    {
        AwaitingSync?.TrySetResult(result);
        AwaitingSync = null;
    }

    /// <summary>Answers whatever the member waits for.</summary>
    public void AnswerAll(ErrorCode error)
    {
        Answer(new JoinResult(error, Id));
        Answer(SyncResult.Failed(error));
    }

    public void Dispose() => SessionTimer?.Dispose();
}
