namespace Millrace.Worker.Hosting;

/// <summary>One line an entry, in UTC. What the libraries say about their own business begins at a warning.</summary>
internal static class WorkerLogging
{
    public static void AddWorkerLogging(this ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        logging.AddFilter("MassTransit", LogLevel.Warning);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // a start that fails is told by its exception
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // who asks gets the answer
    }

    /// <summary>
    /// For the verbs that print answers: only what went wrong, beside them on standard error. What goes wrong on a bus is told by the verb itself; the library's own
    /// words come with a stack trace, also for what a verb breaks off at its end.
    /// </summary>
    public static void AddQuietLogging(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Error);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("MassTransit", LogLevel.None);
    }
}
