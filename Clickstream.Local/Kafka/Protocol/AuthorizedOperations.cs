namespace Clickstream.Local.Kafka.Protocol;

/// <summary>
/// The bit fields that tell a client what it may do, one bit an operation. There are no ACLs here, so everything that Kafka defines for
/// the kind of resource is allowed, as on a Kafka without an authorizer.
/// </summary>
static class AuthorizedOperations
{
    /// <summary>Not asked for.</summary>
    public const int Omitted = int.MinValue;

    const int Read = 1 << 3, Write = 1 << 4, Create = 1 << 5, Delete = 1 << 6, Alter = 1 << 7, Describe = 1 << 8;
    const int ClusterAction = 1 << 9, DescribeConfigs = 1 << 10, AlterConfigs = 1 << 11, IdempotentWrite = 1 << 12;

    public const int Topic = Read | Write | Create | Delete | Alter | Describe | DescribeConfigs | AlterConfigs;
    public const int Cluster = Create | Alter | Describe | ClusterAction | DescribeConfigs | AlterConfigs | IdempotentWrite;
    public const int Group = Read | Delete | Describe;
}
