namespace Clickstream.ServiceDefaults;

/// <summary>
/// The topic is not, or will not stay, as it was when this life of a pipeline began: it has more partitions, or was deleted, or
/// deleted and made anew. The life ends; the next one begins with the topic as it is then.
/// </summary>
/// <param name="message">What has changed.</param>
public sealed class TopicChangedException(string message) : Exception(message);
