namespace Clickstream.Tests.Chaos;

/// <summary>What a round may do to a running pipeline.</summary>
enum Fault
{
    /// <summary>kill -9 of a consumer, and a new one.</summary>
    KillConsumer,

    /// <summary>One consumer more.</summary>
    AddConsumer,

    /// <summary>One consumer told to end.</summary>
    RemoveConsumer,

    /// <summary>A consumer stands still, not long enough to lose its partitions.</summary>
    PauseConsumer,

    /// <summary>A consumer is frozen in a COPY until its partitions are others'.</summary>
    FreezeInCopy,

    /// <summary>The same with its COMMIT on the way to the server.</summary>
    FreezeBeforeCommit,

    /// <summary>The same with the server's answer to its COMMIT on the way back.</summary>
    FreezeCommitted,

    /// <summary>A connection breaks in a COPY.</summary>
    CutInCopy,

    /// <summary>A connection breaks before its COMMIT reaches the server.</summary>
    CutBeforeCommit,

    /// <summary>A connection breaks after the server has committed and before the client knows.</summary>
    LoseAnswer,

    /// <summary>A connection breaks at the client's end, and its COMMIT reaches the server later.</summary>
    DelayCommit,

    /// <summary>kill -9 of the broker, and its restart.</summary>
    KillBroker,

    /// <summary>kill -9 of PostgreSQL's first process.</summary>
    KillPostgres,

    /// <summary>PostgreSQL's immediate shutdown.</summary>
    StopPostgres,

    /// <summary>More partitions: visitors move to others.</summary>
    AddPartitions,
}
