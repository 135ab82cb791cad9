using Millrace.Contracts;

namespace Millrace.Engine.Publishing;

/// <summary>Tells all workers of a cancel that is already in the table.</summary>
public sealed partial class CancelBroadcaster(IEventPublisher publisher, TimeProvider time, ILogger<CancelBroadcaster> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Tries once: the worker that runs the generation finds the wish at its next heartbeat, and the sweeper what nobody runs.</summary>
    public async Task SendAsync(Guid generation, string reason, CancellationToken cancellation)
    {
        using var deadline = Deadline.After(Patience, time, cancellation);
        try
        {
            await publisher.PublishAsync(new CancelGeneration { GenerationId = generation, Reason = reason }, deadline.Token);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            LogNotSent(generation, fault.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cancel of {Generation} did not go out ({Fault}); its worker will find it in the table")]
    private partial void LogNotSent(Guid generation, string fault);
}
