namespace Clickstream.Cli.Output;

/// <summary>What there is of OpenSearch in <c>status --json</c>, and the output of <c>opensearch status --json</c>.</summary>
/// <param name="Server">The cluster.</param>
/// <param name="Indexer">The indexer that was started on this machine, null where none was.</param>
/// <param name="Events">Documents of the index of events; null where there is no such index, or no answer.</param>
/// <param name="Sessions">Documents of the index of sessions, likewise.</param>
/// <param name="DeadLetters">Documents of the index of what was refused, likewise.</param>
/// <param name="Lag">Records of the topic that the indexer's group has not got through yet; null where that cannot be told.</param>
/// <param name="SessionChanges">Batches whose sessions are still to be indexed; null where the sessions that were there before are not all indexed yet.</param>
sealed record IndexJson(ServerJson Server, ConsumerJson? Indexer, long? Events, long? Sessions, long? DeadLetters, long? Lag, long? SessionChanges);
