using Microsoft.Extensions.Logging;

namespace Millrace.Tests.Servers;

/// <summary>Keeps what a host logs, as lines like those of the console.</summary>
internal sealed class LineLog : ILoggerProvider
{
    public ProcessOutput Output { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, Output);

    public void Dispose()
    {
    }

    private sealed class Category(string name, ProcessOutput output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = $"{TimeProvider.System.GetUtcNow():O} {Word(logLevel)}: {name}[{eventId.Id}] {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}";
            output.Add(text.ReplaceLineEndings(" "));
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
    }
}
