using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Publishing;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Whoever sent a message that could not be taken hears of it: beside its place in the error queue, or among the skipped, a <see cref="RequestRejected"/> goes
/// out, under the id in the message if there is one, and to who wants an answer. The log has a line, without a word of the message.
/// </summary>
internal sealed partial class Rejections(EventSender events, AnswerSender answers, ILogger<Rejections> log)
{
    private const int LongestId = 255;

    public async Task SendAsync(ReceiveContext context, RejectionReason reason, string problem, CancellationToken cancellation)
    {
        if (RejectedMessage.Of(context) is not { } message) return;
        LogRejected(message.Queue, reason, message.Type.Name, message.Subject, ForLog(message.MessageId));
        var rejected = new RequestRejected
        {
            GenerationId = message.GenerationId,
            Reason = reason,
            Message = problem,
            MessageType = message.Type.Name,
            RequestId = message.RequestId,
            MessageId = Cut(message.MessageId),
            CorrelationId = Cut(message.CorrelationId),
        };
        await events.SendAsync(rejected, message.Subject, message.Channel, Guid.NewGuid(), message.Correlation, cancellation);
        if (message.Requester is { } requester) await answers.SendAsync(rejected, message.Subject, message.Correlation, requester, cancellation);
    }

    /// <summary>The same for a message that nobody here takes: the queue is not for what its envelope says.</summary>
    public Task SkipAsync(ReceiveContext context, CancellationToken cancellation) =>
        RejectedMessage.Of(context) is { } message
            ? SendAsync(context, RejectionReason.Malformed, WhySkipped(message), cancellation)
            : Task.CompletedTask;

    /// <summary>The same for a text whose fault nobody has named.</summary>
    public Task RejectUnreadableAsync(ReceiveContext context, CancellationToken cancellation)
    {
        if (RejectedMessage.Of(context) is not { } message) return Task.CompletedTask;
        var problem = Origin.IsEnvelope(context) && message.DeclaredTypes is null
            ? WhySkipped(message)
            : "The message cannot be read: it must be a JSON object, or MassTransit's envelope around one.";
        return SendAsync(context, RejectionReason.Malformed, problem, cancellation);
    }

    private static string WhySkipped(RejectedMessage message)
    {
        var urn = MessageUrn.ForTypeString(message.Type);
        return message.DeclaredTypes switch
        {
            null => $"The content type is that of MassTransit's envelope, and the body has no messageType; give it the type {urn}, or send the message itself as application/json.",
            [] => $"The envelope's messageType names no type; it must be an array with {urn}.",
            [var first, ..] => $"The envelope's messageType is {Cut(first)}; {message.Queue} takes {urn}.",
        };
    }

    private static string? Cut(string? id) => id is { Length: > LongestId } ? id[..LongestId] : id;

    /// <summary>An id is what its producer makes of it; the log takes those that look like one.</summary>
    private static string? ForLog(string? id) => id is { Length: <= 64 } && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':') ? id : null;

    [LoggerMessage(LogLevel.Warning, "{Queue} rejected a message ({Reason}): it takes {MessageType}; id in it {Subject}, message id {MessageId}")]
    private partial void LogRejected(string queue, RejectionReason reason, string messageType, Guid subject, string? messageId);
}
