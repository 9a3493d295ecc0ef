namespace Clickstream.Consumer.Lanes;

/// <summary>
/// What a lane has in memory is not what is stored: another consumer owns the partition now, or owned it a moment ago. Nothing
/// was stored; the lane is to be read again.
/// </summary>
sealed class StaleLaneException(string message) : Exception(message);
