namespace Clickstream.Local.Search.Indexing;

/// <summary>The kinds of writes.</summary>
enum WriteKind
{
    /// <summary>Stores a document, in the place of one that may be there.</summary>
    Index,

    /// <summary>Stores a document unless there is one.</summary>
    Create,

    /// <summary>Changes parts of a document.</summary>
    Update,

    Delete,
}

/// <summary>Who gives a document its version.</summary>
enum VersionType
{
    Internal,

    /// <summary>The client; it must be higher than the present one.</summary>
    External,

    /// <summary>The client; it must not be lower than the present one.</summary>
    ExternalOrEqual,
}

/// <summary>
/// A write of one document. <paramref name="Version"/>: The client's, if it gives one. <paramref name="IfSeqNo"/>: Only if this was the
/// last operation on the document.
/// </summary>
readonly record struct WriteRequest(
    WriteKind Kind,
    string Id,
    ReadOnlyMemory<byte> Source,
    VersionType VersionType = VersionType.Internal,
    long Version = 0,
    long? IfSeqNo = null);

/// <summary>What has become of a write.</summary>
enum WriteOutcome
{
    Created,
    Updated,
    Deleted,
    NotFound,
    NoOperation,

    /// <summary>Nothing was written: another version is there.</summary>
    Conflict,
}

/// <summary>
/// <paramref name="Reason"/>: Of a conflict, in OpenSearch's words. Replays meet many of them, so they are no exceptions.
/// </summary>
readonly record struct WriteResult(WriteOutcome Outcome, long Version, long SeqNo, string Reason = "")
{
    /// <summary>The name in the answer's <c>result</c>.</summary>
    public string Name => Outcome switch
    {
        WriteOutcome.Created => "created",
        WriteOutcome.Updated => "updated",
        WriteOutcome.Deleted => "deleted",
        WriteOutcome.NotFound => "not_found",
        _ => "noop",
    };

    public int Status => Outcome switch
    {
        WriteOutcome.Created => 201,
        WriteOutcome.NotFound => 404,
        WriteOutcome.Conflict => 409,
        _ => 200,
    };
}

/// <summary>A document as it is stored.</summary>
readonly record struct StoredDocument(string Id, ReadOnlyMemory<byte> Source, long Version, long SeqNo);
