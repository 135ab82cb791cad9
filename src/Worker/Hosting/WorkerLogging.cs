using Microsoft.Extensions.Configuration.Memory;

namespace Millrace.Worker.Hosting;

/// <summary>
/// What is logged, and how. The levels here are defaults that stand below all other configuration: <c>Logging:LogLevel:MassTransit=Debug</c>, from wherever, wins.
/// </summary>
internal static class WorkerLogging
{
    /// <summary>What the libraries say about their own business begins at a warning.</summary>
    private static readonly Dictionary<string, LogLevel> Serving = new()
    {
        ["MassTransit"] = LogLevel.Warning,
        ["Microsoft"] = LogLevel.Warning,
        ["Microsoft.Hosting.Lifetime"] = LogLevel.Information,
        ["Microsoft.Extensions.Hosting.Internal.Host"] = LogLevel.Critical, // a start that fails is told by its exception
        ["Microsoft.Extensions.Diagnostics.HealthChecks"] = LogLevel.None, // who asks gets the answer
    };

    private static readonly Dictionary<string, LogLevel> Answering = new()
    {
        ["Microsoft.Extensions.Hosting.Internal.Host"] = LogLevel.None,
        ["MassTransit"] = LogLevel.None,
    };

    /// <summary>One line an entry, in UTC.</summary>
    public static void AddWorkerLogging(this IHostApplicationBuilder builder)
    {
        builder.AddWorkerLogLevels();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
    }

    /// <summary>The levels alone.</summary>
    public static void AddWorkerLogLevels(this IHostApplicationBuilder builder) => SetDefaults(builder.Configuration, Serving);

    /// <summary>
    /// For the verbs that print answers: only what went wrong, beside them on standard error. What goes wrong on a bus is told by the verb itself; the library's own
    /// words come with a stack trace, also for what a verb breaks off at its end.
    /// </summary>
    public static void AddQuietLogging(this IHostApplicationBuilder builder)
    {
        SetDefaults(builder.Configuration, Answering);
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
    }

    private static void SetDefaults(IConfigurationBuilder configuration, Dictionary<string, LogLevel> levels) => configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = levels.Select(level => KeyValuePair.Create($"Logging:LogLevel:{level.Key}", (string?)level.Value.ToString())),
    });
}
