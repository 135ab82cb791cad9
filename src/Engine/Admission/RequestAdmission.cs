using System.Text.Json;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Requests;
using Millrace.Engine.Sessions;
using Millrace.Engine.Settings;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Admission;

/// <summary>Decides what row a request becomes: a queued generation, or one that has failed already and says why.</summary>
public sealed class RequestAdmission(Candidates candidates, AbilityRules abilities, IOptions<MillraceOptions> options)
{
    /// <param name="unusable">What it asks for and is not there, if that has been found.</param>
    public NewGeneration Admit(GenerateRequested request, IncomingRequest incoming, Failure? unusable) =>
        (BrokenRule(request, incoming) ?? unusable) is { } refusal ? Refuse(request, incoming, refusal) : Place(request, request, incoming);

    /// <summary>The same for a turn, with what its session says of it.</summary>
    public NewGeneration Admit(GenerateRequested request, IncomingRequest incoming, Failure? unusable, LockedSession session)
    {
        if ((BrokenRule(request, incoming) ?? unusable ?? SessionRefusal(request, session)) is { } refusal) return Refuse(request, incoming, refusal);
        var completed = Inheritance.Complete(request, session.Settings, candidates.NamesProvider);
        // Of a session that was made before this was one of its rules
        if (RequestRules.Names(completed.Provider, completed.Model).FirstOrDefault() is { } odd)
            return Refuse(request, incoming, Invalid($"{odd} It is the session's."));
        return Place(request, completed, incoming);
    }

    private Failure? BrokenRule(GenerateRequested request, IncomingRequest incoming)
    {
        if (IsTooLarge(incoming)) return Invalid($"The request has {incoming.Bytes} bytes; at most {options.Value.MaxRequestBytes} are allowed (Millrace:MaxRequestBytes).");
        var broken = RequestRules.Broken(request)
            ?? ProducerHeaders.Problem(incoming.Correlation?.Headers)
            ?? new AttachmentRules(incoming.Contents, options.Value.MaxAttachmentBytes).Broken(Attached.In(request));
        return broken is null ? null : Invalid(broken);
    }

    private static Failure? SessionRefusal(GenerateRequested request, LockedSession session)
    {
        if (session.Tenant != Tenants.Of(request)) return Invalid($"SessionId {session.Id} belongs to another tenant; choose a new id.");
        if (session.Active is { } active && request.WhenBusy == WhenBusy.Reject)
            return new Failure(FailureReason.SessionBusy, $"Session {session.Id} is generating ({active}), and WhenBusy is Reject.");
        return null;
    }

    /// <summary>Gives a request that breaks no rule its candidate, if all of its candidates are there and the first can do what is asked.</summary>
    private NewGeneration Place(GenerateRequested request, GenerateRequested completed, IncomingRequest incoming)
    {
        var choice = candidates.ResolveAll(completed);
        if (!choice.Found) return Refuse(request, incoming, choice.Failure);
        var needs = AttachmentNeeds.Of(request, incoming.Contents);
        if (abilities.Refusal(choice.Provider, choice.Candidate.Model, needs) is { } unable) return Refuse(request, incoming, unable);
        var json = ReferenceEquals(completed, request) ? incoming.Json : IncomingRequest.Serialize(completed);
        return Row(request, json, incoming, StateOf(completed), choice.Candidate, null);
    }

    /// <summary>A generation that has failed already. What is too large is not stored.</summary>
    private NewGeneration Refuse(GenerateRequested request, IncomingRequest incoming, Failure refusal) =>
        Row(request, IsTooLarge(incoming) ? null : incoming.Json, incoming, GenerationState.Failed, null, Outcome(request, incoming, refusal));

    private bool IsTooLarge(IncomingRequest incoming) => incoming.Bytes > options.Value.MaxRequestBytes;

    /// <summary>Bulk work waits for its turn among the tenants; a session has turns of its own.</summary>
    private static string StateOf(GenerateRequested request) =>
        request is { Class: GenerationClass.Bulk, SessionId: null } ? GenerationState.Held : GenerationState.Queued;

    private static NewGeneration Row(GenerateRequested request, byte[]? json, IncomingRequest incoming, string state, Candidate? candidate, string? outcome) => new()
    {
        Id = request.GenerationId,
        Tenant = outcome is null || RequestRules.IsTenant(request.Tenant) ? Tenants.Of(request) : Tenants.Default,
        State = state,
        Lane = candidate?.Lane ?? "",
        Provider = candidate?.Provider ?? "",
        Model = candidate?.Model ?? "",
        Channel = RequestRules.ChannelOf(request),
        SessionId = request.SessionId,
        Request = json is null ? null : System.Text.Encoding.UTF8.GetString(json),
        RequestHash = incoming.Hash,
        NotAfter = request.NotAfter?.ToUniversalTime(),
        Outcome = outcome,
        TraceParent = incoming.TraceParent,
        Correlation = CorrelationOf(incoming)?.ToJson(),
        Requester = incoming.Requester?.ToJson(),
    };

    /// <summary>Headers that are refused are not kept.</summary>
    private static Correlation? CorrelationOf(IncomingRequest incoming) =>
        ProducerHeaders.Problem(incoming.Correlation?.Headers) is null ? incoming.Correlation : incoming.Correlation! with { Headers = null };

    private static Failure Invalid(string message) => new(FailureReason.InvalidRequest, message);

    private static string Outcome(GenerateRequested request, IncomingRequest incoming, Failure refusal) => JsonSerializer.Serialize(
        new GenerationFailed
        {
            GenerationId = request.GenerationId,
            SessionId = request.SessionId,
            Reason = refusal.Reason,
            Message = refusal.Message,
            Retryable = refusal.Reason.IsRetryable(),
            Attempts = 0,
            IgnoredMembers = incoming.Correlation?.IgnoredMembers,
            LastSequence = 0,
            Timings = new GenerationTimings(),
        },
        ContractsJson.Options);
}
