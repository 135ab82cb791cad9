using Millrace.Contracts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Persistence.Generations;

namespace Millrace.Worker.Messaging;

/// <summary>
/// What a sender that is bound to one tenant, or to none, may send: messages with a tenant get that one, and must not name another; messages about a generation
/// must be about one of its own. What it may not is answered where the message has an answer.
/// </summary>
internal sealed partial class ProducerCheck(GenerationStore generations, EventSender events, TimeProvider time, ILogger<ProducerCheck> log)
{
    /// <summary>How long a cancel that has overtaken its request is held; whose the generation will be cannot be known before.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The message as it may go on; null when it was answered and is done with.</summary>
    /// <exception cref="ForbiddenMessageException">It may not be sent, and nothing else answers it.</exception>
    public async Task<T?> AllowedAsync<T>(Sender sender, T message, CancellationToken cancellation) where T : class => message switch
    {
        GenerateRequested request => (T)(object)Request(sender, request),
        SessionRequested asked => (T?)(object?)await SessionAsync(sender, asked, cancellation),
        ContentRequested asked => (T?)(object?)await ContentAsync(sender, asked, cancellation),
        RegisterTool offered => await RefuseAsync<T>(sender, offered, cancellation),
        ReplayRequested asked => await ReplayAsync(sender, asked, cancellation) ? message : null,
        CancelGeneration cancel => await OwnAsync(sender, message, cancel.GenerationId, CancelPatience, cancellation),
        DecideToolCall decision => await OwnAsync(sender, message, decision.GenerationId, TimeSpan.Zero, cancellation),
        ToolCallCompleted answer => await OwnAsync(sender, message, answer.GenerationId, TimeSpan.Zero, cancellation),
        CapabilitiesRequested => sender.Refusal is null ? message : throw Refused(message, sender.Refusal),
        _ => throw Refused(message, sender.Refusal ?? $"An account that is bound to tenant '{sender.Tenant}' may not send it."),
    };

    private GenerateRequested Request(Sender sender, GenerateRequested request)
    {
        if (RefusalOf(sender, request.Tenant) is { } refusal) throw Refused(request, refusal);
        return request with { Tenant = Filled(sender, request.Tenant) };
    }

    private async Task<SessionRequested?> SessionAsync(Sender sender, SessionRequested asked, CancellationToken cancellation)
    {
        if (RefusalOf(sender, asked.Tenant) is not { } refusal) return asked with { Tenant = Filled(sender, asked.Tenant) };
        var answer = new SessionAnswered { RequestId = asked.RequestId, Problem = SessionProblem.Invalid, Message = refusal };
        await AnswerAsync(asked, refusal, answer, asked.SessionId, asked.Channel, cancellation);
        return null;
    }

    private async Task<ContentRequested?> ContentAsync(Sender sender, ContentRequested asked, CancellationToken cancellation)
    {
        if (RefusalOf(sender, asked.Tenant) is not { } refusal) return asked with { Tenant = Filled(sender, asked.Tenant) };
        var answer = new ContentAnswered { RequestId = asked.RequestId, Problem = ContentProblem.Invalid, Message = refusal };
        await AnswerAsync(asked, refusal, answer, asked.RequestId, asked.Channel, cancellation);
        return null;
    }

    /// <summary>A tool is every tenant's.</summary>
    private async Task<T?> RefuseAsync<T>(Sender sender, RegisterTool offered, CancellationToken cancellation) where T : class
    {
        var refusal = sender.Refusal
            ?? $"A tool is offered to all tenants, and this account is bound to tenant '{sender.Tenant}'; "
            + "the account of a tool service is bound to '*'.";
        var answer = new ToolRegistered { RequestId = offered.RequestId, Name = offered.Name ?? "", Problem = refusal };
        await AnswerAsync(offered, refusal, answer, offered.RequestId, offered.Channel, cancellation);
        return null;
    }

    /// <summary>Another tenant's generation is answered like one that is not there.</summary>
    private async Task<bool> ReplayAsync(Sender sender, ReplayRequested asked, CancellationToken cancellation)
    {
        if (sender.Refusal is { } refusal) throw Refused(asked, refusal);
        var owner = await generations.OwnerAsync(asked.GenerationId, cancellation);
        if (owner is null || owner.Value.Tenant == sender.Tenant) return true;
        var answer = new ChunksReplayed
        {
            GenerationId = asked.GenerationId,
            AfterSequence = asked.AfterSequence,
            Chunks = [],
            HasMore = false,
            Known = false,
        };
        await AnswerAsync(asked, NotOwn(sender, asked.GenerationId), answer, asked.GenerationId, asked.Channel, cancellation);
        return false;
    }

    /// <summary>Answers a message that goes no further: its sender gets the reason, and so does the log.</summary>
    private Task AnswerAsync<TMessage, TAnswer>(
        TMessage message, string refusal, TAnswer answer, Guid subject, string? channel, CancellationToken cancellation)
        where TMessage : class where TAnswer : class
    {
        LogRefused(message.GetType().Name, refusal);
        return events.SendAsync(answer, subject, RequestRules.ChannelOf(channel), Guid.NewGuid(), correlation: null, cancellation);
    }

    private async Task<T> OwnAsync<T>(Sender sender, T message, Guid generation, TimeSpan patience, CancellationToken cancellation) where T : class
    {
        if (sender.Refusal is { } refusal) throw Refused(message, refusal);
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            var owner = await generations.OwnerAsync(generation, cancellation);
            if (owner?.Tenant == sender.Tenant) return message;
            if (owner is not null || waited >= patience) throw Refused(message, NotOwn(sender, generation));
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private ForbiddenMessageException Refused(object message, string refusal)
    {
        LogRefused(message.GetType().Name, refusal);
        return new ForbiddenMessageException(refusal);
    }

    /// <summary>Why a message with this tenant may not be sent, or null.</summary>
    private static string? RefusalOf(Sender sender, string? tenant)
    {
        if (sender.Refusal is not null || tenant is null || tenant == sender.Tenant) return sender.Refusal;
        return $"Tenant is '{Shown(tenant)}', and the account that has sent this is bound to tenant '{sender.Tenant}'; "
            + "leave Tenant out, or name that one.";
    }

    /// <summary>The default tenant stays unsaid: said, it would make another request of the same one.</summary>
    private static string? Filled(Sender sender, string? tenant)
    {
        if (tenant is not null) return tenant;
        return sender.Tenant == Tenants.Default ? null : sender.Tenant;
    }

    private static string NotOwn(Sender sender, Guid generation) =>
        $"There is no generation {generation} of tenant '{sender.Tenant}', which is the account's.";

    private static string Shown(string text) => text.Length > 64 ? text[..64] + "…" : text;

    [LoggerMessage(LogLevel.Warning, "A {Message} was refused: {Why}")]
    private partial void LogRefused(string message, string why);
}
