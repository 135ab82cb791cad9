using System.Diagnostics;
using System.Runtime.Serialization;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Telemetry;

namespace Millrace.Engine.Publishing;

/// <summary>
/// Sends events to the topic exchange until the broker has confirmed them. A send during an outage is tried again with the same
/// message id: an abandoned one may still arrive, and readers drop what they have seen.
/// </summary>
public sealed partial class EventSender(IEventPublisher publisher, FleetMetrics metrics, TimeProvider time, ILogger<EventSender> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns when the broker has the event, or throws when <paramref name="cancellation"/> fires.</summary>
    /// <param name="message">The event.</param>
    /// <param name="generation">What it is about: the third part of its routing key.</param>
    /// <param name="channel">The second part.</param>
    /// <param name="messageId">The same for the same event.</param>
    /// <param name="correlation">What it carries of the message that it follows from.</param>
    /// <param name="cancellation">Ends the trying.</param>
    /// <param name="check">Called as late as possible before each try, with the connection at hand; throws if the event must not go out any more.</param>
    public async Task SendAsync<T>(
        T message, Guid generation, string channel, Guid messageId, Correlation? correlation, CancellationToken cancellation, Func<CancellationToken, Task>? check = null)
        where T : class
    {
        var kind = EventRouting.Kinds[typeof(T)];
        var key = message is ToolCallRequested asked
            ? EventRouting.ToolKey(channel, generation, asked.Call.Name)
            : EventRouting.Key(kind, channel, generation);
        var outgoing = new OutgoingEvent<T>(message, generation, key, messageId, correlation)
        {
            SpanId = message is ChunkProduced ? Activity.Current?.Id : null, // a span for each chunk would bury the others of its trace
            Check = check,
        };
        while (!await TrySendAsync(outgoing, cancellation))
            await Task.Delay(Pause, time, cancellation);
        metrics.Published(kind);
    }

    /// <summary>The same for what nobody should wait for while the broker is away. False if it has not confirmed the event within <paramref name="patience"/>.</summary>
    public async Task<bool> SendWithinAsync<T>(
        TimeSpan patience, T message, Guid generation, string channel, Guid messageId, Correlation? correlation, CancellationToken cancellation)
        where T : class
    {
        using var deadline = Deadline.After(patience, time, cancellation);
        try
        {
            await SendAsync(message, generation, channel, messageId, correlation, deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> TrySendAsync<T>(OutgoingEvent<T> outgoing, CancellationToken cancellation) where T : class
    {
        using var deadline = Deadline.After(Patience, time, cancellation);
        try
        {
            await publisher.SendEventAsync(outgoing, deadline.Token);
            return true;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && fault is not (ArgumentException or SerializationException or NotSupportedException))
        {
            LogNotSent(outgoing.RoutingKey, fault.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The broker did not take {Key} ({Fault}); trying again")]
    private partial void LogNotSent(string key, string fault);
}
