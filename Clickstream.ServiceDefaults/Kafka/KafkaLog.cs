using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Clickstream.ServiceDefaults;

/// <summary>
/// What librdkafka has to say, in our log. A broker that is down makes every client of a process complain twice a second: of these
/// complaints one is let through every few seconds, in words that name the broker.
/// </summary>
sealed class KafkaLog(ILogger logger, TimeProvider time)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    long? _lastUnreachable;
    (string Broker, string Reason)? _lastProblem;
    TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why the last connection failed, since <see cref="ForgetProblem"/>.</summary>
    public (string Broker, string Reason)? LastProblem
    {
        get
        {
            lock (_lock)
                return _lastProblem;
        }
    }

    /// <summary>Completed when <see cref="LastProblem"/> is a <see cref="KafkaRefusal"/>.</summary>
    public Task Refused
    {
        get
        {
            lock (_lock)
                return _refused.Task;
        }
    }

    /// <summary>Connections work.</summary>
    public void ForgetProblem()
    {
        lock (_lock)
        {
            _lastProblem = null;
            if (_refused.Task.IsCompleted)
                _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Write(LogMessage message)
    {
        // FAIL is one connection's end or failure; ERROR repeats what the error handler is given.
        if (message.Facility is "FAIL" && Unreachable.TryParse(message.Message, out var found))
        {
            Note(found);
            return;
        }
        var level = (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
        if (message.Facility is "ERROR")
            level = LogLevel.Debug;
        if (logger.IsEnabled(level))
            ServiceLog.Librdkafka(logger, level, message.Facility, message.Message);
    }

    public void Write(Error error, string brokers)
    {
        // Of the client's own errors, those that do not end it are all of one kind: a connection that failed, and is tried again at once.
        if (error.IsLocalError && !error.IsFatal)
        {
            if (Unreachable.TryParse(error.Reason, out var found))
                Note(found);
            else
                WriteUnreachable(brokers, error.Reason);
        }
        else
        {
            ServiceLog.Librdkafka(logger, error.IsFatal ? LogLevel.Error : LogLevel.Warning, error.Code.ToString(), error.Reason);
        }
    }

    public void WriteUnreachable(string broker, string reason)
    {
        lock (_lock)
        {
            if (_lastUnreachable is { } last && time.GetElapsedTime(last) < Interval)
                return;
            _lastUnreachable = time.GetTimestamp();
        }
        ServiceLog.KafkaUnreachable(logger, broker, reason);
    }

    void Note(Unreachable found)
    {
        lock (_lock)
        {
            // A refusal is the cause of what else is said of the brokers.
            if (!_refused.Task.IsCompleted)
                _lastProblem = (found.Broker, found.Reason);
            if (KafkaRefusal.IsRefusal(found.Reason))
                _refused.TrySetResult();
        }
        WriteUnreachable(found.Broker, found.Reason);
    }

    /// <summary>
    /// A line such as <c>[thrd:127.0.0.1:9092/bootstrap]: 127.0.0.1:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection
    /// refused (after 0ms in state CONNECT, 30 identical error(s) suppressed)</c>, or the part of it behind the thread's name.
    /// </summary>
    internal readonly record struct Unreachable(string Broker, string Reason)
    {
        public static bool TryParse(string text, out Unreachable found)
        {
            found = default;
            var start = text.StartsWith("[thrd:", StringComparison.Ordinal) ? text.IndexOf("]: ", StringComparison.Ordinal) + 3 : 0;
            var line = text.AsSpan(start);
            if (line.IndexOf("://") is > 0 and var scheme)
                line = line[(scheme + 3)..];
            // host:port/id: the id is a number, or the word bootstrap.
            var slash = line.IndexOf('/');
            var end = line.IndexOf(": ");
            if (slash < 0 || end < slash)
                return false;
            var reason = line[(end + 2)..];
            if (reason.IndexOf(" (after ") is > 0 and var detail)
                reason = reason[..detail];
            found = new(line[..slash].ToString(), reason.ToString());
            return true;
        }
    }
}
