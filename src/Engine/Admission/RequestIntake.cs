using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Admission;

/// <summary>Turns a request into a row: its attachments and tools are looked up, its rules checked, for a turn in its session; then it is committed.</summary>
public sealed class RequestIntake(
    ReferredContents referred, ToolIntake tools, RequestAdmission admission, TurnIntake turns, IntakeStore store, IOptions<MillraceOptions> options)
{
    public async Task<AcceptedRequest> AcceptAsync(GenerateRequested request, IncomingRequest incoming, CancellationToken cancellation)
    {
        var known = await referred.LookUpAsync(request, incoming, options.Value.MaxAttachmentBytes, cancellation);
        var unusable = await tools.FindFlawAsync(request, cancellation);
        var stored = SessionOf(request) is { } session
            ? await turns.AcceptAsync(request, session, known, unusable, cancellation)
            : await store.AcceptAsync(admission.Admit(request, known, unusable), cancellation);
        return new(known, stored);
    }

    /// <summary>The session that it is a turn of. A tenant that none can be has no sessions, nor a row in their table: its request fails by itself.</summary>
    private static Guid? SessionOf(GenerateRequested request) =>
        request.SessionId is { } session && session != Guid.Empty && RequestRules.IsTenant(Tenants.Of(request)) ? session : null;
}
