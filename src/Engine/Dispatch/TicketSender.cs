using Millrace.Contracts;

namespace Millrace.Engine.Dispatch;

/// <summary>Puts tickets on lanes.</summary>
public sealed partial class TicketSender(IRunQueue queue, TimeProvider time, ILogger<TicketSender> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Tries once. A ticket that does not go out is left to the sweeper.</summary>
    public async Task SendAsync(Guid generation, string lane, CancellationToken cancellation)
    {
        using var deadline = Deadline.After(Patience, time, cancellation);
        try
        {
            await queue.EnqueueAsync(lane, new RunTicket(generation), deadline.Token);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            LogNotSent(generation, lane, fault.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The ticket of {Generation} for {Lane} did not go out ({Fault}); the sweeper will send another")]
    private partial void LogNotSent(Guid generation, string lane, string fault);
}
