using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Requests;

namespace Millrace.Worker.Messaging;

/// <summary>What is known of a message that could not be taken: whose it is, and by what they know it.</summary>
internal sealed record RejectedMessage
{
    /// <summary>The queue that it came to.</summary>
    public required string Queue { get; init; }

    /// <summary>What that queue takes.</summary>
    public required Type Type { get; init; }

    /// <summary>The channel that it names, or the default one.</summary>
    public required string Channel { get; init; }

    /// <summary>The generation that it would have become. Of any other message none: it says nothing about the generation that it may name.</summary>
    public Guid GenerationId { get; init; }

    /// <summary>The question's own id.</summary>
    public Guid? RequestId { get; init; }

    public string? MessageId { get; init; }
    public string? CorrelationId { get; init; }
    public required Correlation Correlation { get; init; }
    public Requester? Requester { get; init; }

    /// <summary>What its envelope says that it holds; null without an envelope.</summary>
    public IReadOnlyList<string>? DeclaredTypes { get; init; }

    /// <summary>The third part of the routing key.</summary>
    public Guid Subject => GenerationId != Guid.Empty ? GenerationId : RequestId ?? Guid.Empty;

    /// <summary>Null for a queue that only the fleet itself sends to.</summary>
    public static RejectedMessage? Of(ReceiveContext context)
    {
        var queue = context.InputAddress.AbsolutePath[(context.InputAddress.AbsolutePath.LastIndexOf('/') + 1)..];
        if (!Endpoints.Shared.TryGetValue(queue, out var type)) return null;
        var members = LooseMembers.Read(context.Body.GetBytes());
        var amqp = AmqpProperties.Of(context);
        var isRequest = type == typeof(GenerateRequested);
        return new()
        {
            Queue = queue,
            Type = type,
            Channel = RequestRules.ChannelOf(members.Of("channel")),
            GenerationId = isRequest ? members.IdOf("generationid") ?? Guid.Empty : Guid.Empty,
            RequestId = isRequest ? null : members.IdOf("requestid"),
            MessageId = amqp.MessageId ?? members.OfEnvelope("messageid"),
            CorrelationId = amqp.CorrelationId ?? members.OfEnvelope("correlationid"),
            Correlation = new()
            {
                ConversationId = members.IdOfEnvelope("conversationid"),
                InitiatorId = members.IdOfEnvelope("initiatorid") ?? members.IdOfEnvelope("correlationid"),
            },
            Requester = RequesterOf(context, members, amqp),
            DeclaredTypes = members.HasMessageType ? members.MessageTypes : null,
        };
    }

    private static Requester? RequesterOf(ReceiveContext context, LooseMembers members, AmqpProperties amqp)
    {
        var address = Uri.TryCreate(members.OfEnvelope("responseaddress"), UriKind.Absolute, out var given) ? given : null;
        return ReplyQueue.Of(address, amqp.ReplyTo, context.InputAddress) is not { } queue ? null : new()
        {
            Queue = queue,
            IsPlain = !Origin.IsEnvelope(context),
            RequestId = members.IdOfEnvelope("requestid"),
            CorrelationId = amqp.CorrelationId,
            Accepts = members.AcceptedTypes,
        };
    }
}
