using Microsoft.Extensions.Logging;

namespace Millrace.Tests.Servers;

/// <summary>Keeps what a host logs, as lines like those of the console.</summary>
/// <param name="write">Where the lines go. Default: <see cref="Output"/>.</param>
internal sealed class LineLog(Action<string>? write = null) : ILoggerProvider
{
    public ProcessOutput Output { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, write ?? Output.Add);

    public void Dispose()
    {
    }

    private sealed class Category(string name, Action<string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = $"{TimeProvider.System.GetUtcNow():O} {Word(logLevel)}: {name}[{eventId.Id}] {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}";
            write(text.ReplaceLineEndings(" "));
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
