using Millrace.Contracts;
using Millrace.Dialects.OpenAI;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>A response in the database.</summary>
internal sealed record StoredResponse(GenerationSnapshot Run, GenerateRequested Request, ResponseOrigin Origin)
{
    public string Status => Run.State switch
    {
        GenerationState.Running => "in_progress",
        GenerationState.Queued or GenerationState.Held or GenerationState.Waiting or GenerationState.Parked => Run.StartedAt is null ? "queued" : "in_progress",
        _ => End.Status!,
    };

    public ResponseEnd End => Run.State switch
    {
        GenerationState.Completed => ResponseEnd.Of(Run.ReadOutcome<GenerationCompleted>(Run.State)!, null),
        GenerationState.Failed => ResponseEnd.Of(Run.ReadOutcome<GenerationFailed>(Run.State)!),
        GenerationState.Cancelled => ResponseEnd.Cancelled,
        _ => default,
    };
}
