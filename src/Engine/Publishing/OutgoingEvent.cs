using Millrace.Engine.Requests;

namespace Millrace.Engine.Publishing;

/// <summary>An event with what it carries on its way.</summary>
/// <param name="Message">The event.</param>
/// <param name="GenerationId">What it is about.</param>
/// <param name="RoutingKey">By which readers choose it.</param>
/// <param name="MessageId">The same for the same event.</param>
/// <param name="Correlation">What it carries of the message that it follows from.</param>
public sealed record OutgoingEvent<T>(T Message, Guid GenerationId, string RoutingKey, Guid MessageId, Correlation? Correlation) where T : class
{
    /// <summary>The span that its readers are shown, where the sending itself is to have none.</summary>
    public string? SpanId { get; init; }

    /// <summary>Called as late as possible, with the connection at hand; throws if the event must not go out any more.</summary>
    public Func<CancellationToken, Task>? Check { get; init; }
}
