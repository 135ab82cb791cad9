using Millrace.Contracts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Admission;

/// <summary>Gives a request its place in its session, and ends the turn that it interrupts.</summary>
public sealed class TurnIntake(RequestAdmission admission, TurnStore turns, CancelBroadcaster cancels)
{
    public async Task<StoredGeneration> AcceptAsync(
        GenerateRequested request, Guid session, IncomingRequest incoming, Failure? unusable, CancellationToken cancellation)
    {
        var stored = await turns.AcceptAsync(
            new NewTurn(
                request.GenerationId, session, Tenants.Of(request), request.WhenBusy ?? WhenBusy.Queue,
                new SessionSettings(request.SystemPrompt, request.Provider, request.Model),
                locked => admission.Admit(request, incoming, unusable, locked))
            {
                Requester = incoming.Requester?.ToJson(),
                RequestHash = incoming.Hash,
            },
            cancellation);
        if (stored.Interrupted is { } active) await cancels.SendAsync(active, TurnStore.Interruption, cancellation);
        return stored.Generation;
    }
}
