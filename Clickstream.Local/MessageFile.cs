using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local;

/// <summary>Writes the messages into a file too, for a process that has no terminal to write to.</summary>
sealed class MessageFile : ILoggerProvider
{
    public const string TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";

    readonly StreamWriter _file;
    readonly Lock _lock = new();
    bool _disposed;

    public MessageFile(string path) =>
        _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _file.Dispose();
        }
    }

    void Write(string line)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            try
            {
                _file.WriteLine(line);
            }
            catch (IOException)
            {
                // A full disk must not stop the parts; stderr still has the message.
            }
        }
    }

    sealed class Logger(MessageFile owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var time = DateTimeOffset.Now.ToString(TimestampFormat, CultureInfo.InvariantCulture);
            var text = formatter(state, exception).ReplaceLineEndings(" ");
            owner.Write(exception is null
                ? $"{time}{logLevel}: {category}: {text}"
                : $"{time}{logLevel}: {category}: {text}: {exception.ToString().ReplaceLineEndings(" ")}");
        }
    }
}
