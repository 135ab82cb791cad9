using MassTransit;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Failures;
using Millrace.Engine.Prompts;
using Millrace.Engine.Requests;
using Millrace.Engine.Sessions;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;

namespace Millrace.Worker.Messaging;

/// <summary>Does what is asked of a session and answers. The same request again gets the same answer and changes nothing more.</summary>
internal sealed class SessionConsumer(
    SessionStore store, ReferredContents referred, QuestionAnswers answers, IOptions<MillraceOptions> options) : IConsumer<SessionRequested>
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 500;
    private const int LargestPage = 1024 * 1024;
    private const int LargestMessage = 2 * LargestPage;

    public async Task Consume(ConsumeContext<SessionRequested> context)
    {
        var (asked, cancellation) = (context.Message, context.CancellationToken);
        if (asked.RequestId == Guid.Empty) throw new MalformedMessageException("RequestId is the empty GUID; each request needs its own.");
        var tenant = Tenants.Of(asked);
        var broken = SessionRules.Broken(asked, context.ReceiveContext.Body.Length, options.Value.MaxRequestBytes)
            ?? await FlawAsync(asked, cancellation);
        var answer = broken is not null
            ? Refused(asked, SessionProblem.Invalid, broken)
            : await DoAsync(asked, tenant, cancellation);
        var channel = RequestRules.ChannelOf(asked.Channel);
        answer = answer with { CallId = asked.CallId, Tenant = RequestRules.IsTenant(tenant) ? tenant : null };
        await answers.SendAsync(context, answer, asked.SessionId, channel, Guid.NewGuid());
    }

    private async Task<string?> FlawAsync(SessionRequested asked, CancellationToken cancellation)
    {
        var (attached, most) = (Attached.In(asked.Messages), options.Value.MaxAttachmentBytes);
        var known = await referred.FindAsync(Tenants.Of(asked), attached, most, cancellation);
        return new AttachmentRules(known, most).Broken(attached);
    }

    private async Task<SessionAnswered> DoAsync(SessionRequested asked, string tenant, CancellationToken cancellation)
    {
        if (asked.Operation == SessionOperation.List) return await ListAsync(asked, tenant, cancellation);
        var (id, messages) = (asked.SessionId, asked.Messages ?? []);
        var problem = asked.Operation switch
        {
            SessionOperation.Create => await store.CreateAsync(tenant, id, Settings(asked), messages, asked.RequestId, cancellation),
            SessionOperation.Append => await store.AppendAsync(tenant, id, messages, asked.RequestId, cancellation),
            SessionOperation.Clear => await store.ClearAsync(tenant, id, asked.RequestId, cancellation),
            SessionOperation.Delete => await store.DeleteAsync(tenant, id, asked.RequestId, cancellation),
            SessionOperation.Fork => await store.ForkAsync(
                tenant, id, asked.NewSessionId!.Value, asked.ThroughOrdinal ?? long.MaxValue, asked.RequestId, cancellation),
            _ => null,
        };
        if (problem is { } refused) return Refused(asked, refused, Explain(asked, refused));
        var answer = new SessionAnswered { RequestId = asked.RequestId };
        if (asked.Operation == SessionOperation.Delete) return answer;

        var described = asked.Operation == SessionOperation.Fork ? asked.NewSessionId!.Value : id;
        if (await store.FindAsync(tenant, described, cancellation) is not { } session)
            return Refused(asked, SessionProblem.NotFound, Explain(asked, SessionProblem.NotFound));
        answer = answer with { Session = session };
        return asked.Operation == SessionOperation.Read ? await WithPageAsync(answer, asked, cancellation) : answer;
    }

    private async Task<SessionAnswered> WithPageAsync(SessionAnswered answer, SessionRequested asked, CancellationToken cancellation)
    {
        var limit = Limit(asked);
        var found = await store.MessagesAsync(asked.SessionId, asked.AfterOrdinal, limit + 1, cancellation);
        var (fitting, size) = (0, 0L);
        while (fitting < Math.Min(found.Count, limit) && (fitting == 0 || size + Size(found[fitting]) <= LargestPage))
            size += Size(found[fitting++]);
        return answer with { Messages = [.. found[..fitting].Select(Sendable)], HasMore = found.Count > fitting };
    }

    private async Task<SessionAnswered> ListAsync(SessionRequested asked, string tenant, CancellationToken cancellation)
    {
        // A cursor that is gone would look like the end of the list
        if (asked.AfterSessionId is { } after && await store.FindAsync(tenant, after, cancellation) is null)
        {
            return Refused(
                asked, SessionProblem.NotFound, $"There is no session {after} any more to list on from; begin again without AfterSessionId.");
        }

        var found = await store.ListAsync(tenant, asked.AfterSessionId, Limit(asked) + 1, cancellation);
        return new() { RequestId = asked.RequestId, Sessions = [.. found.Take(Limit(asked))], HasMore = found.Count > Limit(asked) };
    }

    /// <summary>One message of tool results can be more than a broker takes; they are cut in the answer, not in the transcript.</summary>
    private static SessionMessage Sendable(SessionMessage message)
    {
        if (message.ToolResults is not { Count: > 0 } results || Size(message) <= LargestMessage) return message;
        var most = LargestMessage / results.Count;
        return message with { ToolResults = [.. results.Select(result => result with { Text = ToolResultText.Cut(result.Text, most) })] };
    }

    /// <summary>Roughly, as JSON: three bytes are four characters.</summary>
    private static long Size(SessionMessage message) => HistoryWindow.Texts(message).Sum(text => (long)text.Length)
        + (message.Attachments?.Sum(attachment => (attachment.Data?.Length ?? 0) * 4L / 3) ?? 0);

    private static int Limit(SessionRequested asked) => Math.Clamp(asked.Limit ?? DefaultLimit, 1, LargestLimit);

    private static SessionSettings Settings(SessionRequested asked) =>
        new(asked.SystemPrompt, asked.Provider, asked.Model, asked.Options, asked.Metadata);

    private static SessionAnswered Refused(SessionRequested asked, SessionProblem problem, string message) =>
        new() { RequestId = asked.RequestId, Problem = problem, Message = message };

    private static string Explain(SessionRequested asked, SessionProblem problem) => problem switch
    {
        SessionProblem.Busy => $"Session {asked.SessionId} is generating; {asked.Operation} has to wait for the end, or cancel it.",
        SessionProblem.Exists => $"Session {asked.NewSessionId ?? asked.SessionId} exists already; choose a new id.",
        _ => $"There is no session {asked.SessionId} in tenant '{Tenants.Of(asked)}'.",
    };
}
