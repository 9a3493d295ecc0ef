namespace Clickstream.Local.Search.Indexing;

/// <summary>When a write conflicts with what is there, and which version it gets otherwise.</summary>
static class VersionRules
{
    /// <summary>
    /// The reason why a write may not be, or null if it may. <paramref name="present"/>: The last operation on the document, a deletion
    /// too; null if there was none.
    /// </summary>
    public static string? Conflict(in WriteRequest request, in DocumentVersion? present)
    {
        var exists = present is { IsDeleted: false };
        if (request.IfSeqNo is { } seqNo && (!exists || present!.Value.SeqNo != seqNo))
        {
            return exists
                ? $"[{request.Id}]: version conflict, required seqNo [{seqNo}], primary term [1]. current document has seqNo [{present!.Value.SeqNo}] and primary term [1]"
                : $"[{request.Id}]: version conflict, required seqNo [{seqNo}], primary term [1]. but no document was found";
        }

        if (request.Kind == WriteKind.Create && exists)
            return $"[{request.Id}]: version conflict, document already exists (current version [{present!.Value.Version}])";
        return present?.Version is { } version
            ? request.VersionType switch
            {
                VersionType.External when version >= request.Version =>
                    $"[{request.Id}]: version conflict, current version [{version}] is higher or equal to the one provided [{request.Version}]",
                VersionType.ExternalOrEqual when version > request.Version =>
                    $"[{request.Id}]: version conflict, current version [{version}] is higher than the one provided [{request.Version}]",
                _ => null,
            }
            : null;
    }

    /// <summary>The version of a write that does not conflict.</summary>
    public static long Next(in WriteRequest request, in DocumentVersion? present) =>
        request.VersionType == VersionType.Internal ? (present?.Version ?? 0) + 1 : request.Version;
}
