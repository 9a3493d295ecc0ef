using Microsoft.Extensions.Logging;

namespace Clickstream.Tests.ServiceDefaults;

/// <summary>Keeps what is logged, as <c>Warning: text</c>.</summary>
class RecordingLogger : ILogger
{
    readonly Lock _lock = new();
    readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
            _lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}

sealed class RecordingLogger<T> : RecordingLogger, ILogger<T>;
