namespace Millrace.Engine.Dispatch;

/// <summary>The queues of the lanes, on a broker or in memory.</summary>
public interface IRunQueue
{
    /// <summary>Tries once and returns when the queue has the ticket; the token is the caller's deadline.</summary>
    Task EnqueueAsync(string lane, RunTicket ticket, CancellationToken deadline);
}
