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
    public NewGeneration Admit(GenerateRequested request, IncomingRequest incoming, ProviderException? unusable) =>
        Decide(request, incoming, unusable, () => request);

    /// <summary>The same for a turn, with what its session says of it.</summary>
    public NewGeneration Admit(GenerateRequested request, IncomingRequest incoming, ProviderException? unusable, LockedSession session) => Decide(request, incoming, unusable, () =>
    {
        if (session.Tenant != Tenants.Of(request)) throw Invalid($"SessionId {session.Id} belongs to another tenant; choose a new id.");
        if (session.Active is { } active && request.WhenBusy == WhenBusy.Reject)
            throw new ProviderException(FailureReason.SessionBusy, $"Session {session.Id} is generating ({active}), and WhenBusy is Reject.");
        return Inheritance.Complete(request, session.Settings, candidates.NamesProvider);
    });

    private NewGeneration Decide(GenerateRequested request, IncomingRequest incoming, ProviderException? unusable, Func<GenerateRequested> complete)
    {
        try
        {
            if (incoming.Bytes > options.Value.MaxRequestBytes) throw Invalid($"The request has {incoming.Bytes} bytes; at most {options.Value.MaxRequestBytes} are allowed (Millrace:MaxRequestBytes).");
            if (RequestRules.Broken(request) is { } broken) throw Invalid(broken);
            if (ProducerHeaders.Problem(incoming.Correlation?.Headers) is { } header) throw Invalid(header);
            if (new AttachmentRules(incoming.Contents, options.Value.MaxAttachmentBytes).Broken(Attached.In(request)) is { } flaw) throw Invalid(flaw);
            if (unusable is not null) throw unusable;
            var completed = complete();
            // Of a session that was made before this was one of its rules
            if (RequestRules.Names(completed.Provider, completed.Model).FirstOrDefault() is { } odd) throw Invalid($"{odd} It is the session's.");
            candidates.Check(completed);
            var (candidate, provider) = candidates.Resolve(completed, 0);
            abilities.Check(provider, candidate.Model, AttachmentNeeds.Of(request, incoming.Contents));
            var json = ReferenceEquals(completed, request) ? incoming.Json : IncomingRequest.Serialize(completed);
            return Row(request, json, incoming, StateOf(completed), candidate, null);
        }
        catch (ProviderException refusal)
        {
            var tooLarge = incoming.Bytes > options.Value.MaxRequestBytes;
            return Row(request, tooLarge ? null : incoming.Json, incoming, GenerationState.Failed, null, Outcome(request, incoming, refusal));
        }
    }

    /// <summary>Bulk work waits for its turn among the tenants; a session has turns of its own.</summary>
    private static string StateOf(GenerateRequested request) =>
        request is { Class: GenerationClass.Bulk, SessionId: null } ? GenerationState.Held : GenerationState.Queued;

    private static NewGeneration Row(GenerateRequested request, byte[]? json, IncomingRequest incoming, string state, Candidate? candidate, string? outcome) => new(
        request.GenerationId,
        outcome is null || RequestRules.IsTenant(request.Tenant) ? Tenants.Of(request) : Tenants.Default,
        state,
        candidate?.Lane ?? "",
        candidate?.Provider ?? "",
        candidate?.Model ?? "",
        RequestRules.ChannelOf(request),
        request.SessionId,
        json is null ? null : System.Text.Encoding.UTF8.GetString(json),
        incoming.Hash,
        request.NotAfter?.ToUniversalTime(),
        outcome)
    {
        TraceParent = incoming.TraceParent,
        Correlation = CorrelationOf(incoming)?.ToJson(),
        Requester = incoming.Requester?.ToJson(),
    };

    /// <summary>Headers that are refused are not kept.</summary>
    private static Correlation? CorrelationOf(IncomingRequest incoming) =>
        ProducerHeaders.Problem(incoming.Correlation?.Headers) is null ? incoming.Correlation : incoming.Correlation! with { Headers = null };

    private static ProviderException Invalid(string message) => new(FailureReason.InvalidRequest, message);

    private static string Outcome(GenerateRequested request, IncomingRequest incoming, ProviderException refusal) => JsonSerializer.Serialize(
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
