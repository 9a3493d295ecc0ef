namespace Clickstream.OpenSearchIndexer.Events;

/// <summary>The index is not the one any more that the pipeline began to fill.</summary>
sealed class IndexChangedException(string message) : Exception(message);
