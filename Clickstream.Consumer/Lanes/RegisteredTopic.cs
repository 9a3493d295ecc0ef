namespace Clickstream.Consumer.Lanes;

/// <summary>The topic as PostgreSQL knows it: every lane works with these numbers, never with its own metadata's.</summary>
/// <param name="Id">Kafka's topic id: a topic deleted and made anew has another.</param>
/// <param name="Name">As in <c>Kafka:Topic</c>.</param>
/// <param name="PartitionCount">The count that decides each visitor's home.</param>
/// <param name="Generation">Counts the changes of the other numbers: lanes of an older generation can store nothing any more.</param>
sealed record RegisteredTopic(Guid Id, string Name, int PartitionCount, long Generation);
