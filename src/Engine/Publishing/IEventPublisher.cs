using Millrace.Engine.Requests;

namespace Millrace.Engine.Publishing;

/// <summary>
/// The way out of the engine: a broker, or a bus in memory. Each method tries once and returns when what it sends is confirmed; the token is the caller's deadline,
/// and no method outlasts it.
/// </summary>
public interface IEventPublisher
{
    /// <summary>To everybody who listens for it.</summary>
    Task SendEventAsync<T>(OutgoingEvent<T> outgoing, CancellationToken deadline) where T : class;

    /// <summary>To all workers.</summary>
    Task PublishAsync<T>(T message, CancellationToken deadline) where T : class;

    /// <summary>To the one who asked, in the form in which it asked. A queue that is gone is no error: nobody waits any more.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="subject">What it is about, a generation or a question.</param>
    /// <param name="correlation">What it carries of the message that asked.</param>
    /// <param name="requester">Who gets it.</param>
    /// <param name="deadline">The caller's.</param>
    Task AnswerAsync<T>(T message, Guid subject, Correlation? correlation, Requester requester, CancellationToken deadline) where T : class;
}
