using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Persistence.Sessions;

/// <summary>A request for a turn, before its session has been looked at.</summary>
/// <param name="First">What the session takes over from the request if it comes into being with it.</param>
/// <param name="Admit">What row the request becomes in the session as it stands.</param>
public sealed record NewTurn(
    Guid GenerationId, Guid SessionId, string Tenant, WhenBusy WhenBusy, SessionSettings First, Func<LockedSession,
    NewGeneration> Admit)
{
    /// <summary>Who wants the terminal event as an answer, as a JSON object in one line.</summary>
    public string? Requester { get; init; }

    /// <summary>What makes it the same request as the one that is stored. Needed with a requester.</summary>
    public byte[] RequestHash { get; init; } = [];
}
