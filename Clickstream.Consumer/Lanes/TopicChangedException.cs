namespace Clickstream.Consumer.Lanes;

/// <summary>
/// The topic is not, or will not stay, as it was registered when this life of the pipeline began: it has more partitions, or was
/// deleted, or deleted and made anew. The life ends; the next one registers the topic as it is then.
/// </summary>
sealed class TopicChangedException(string message) : Exception(message);
