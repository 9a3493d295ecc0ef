namespace Clickstream.Local.Kafka.Protocol;

/// <summary>The bytes of a request are not what its header says. The connection they came on is closed; nothing else is concerned.</summary>
sealed class MalformedRequestException(string message) : Exception(message);
