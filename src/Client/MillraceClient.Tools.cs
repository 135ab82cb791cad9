using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client;

/// <content>Consent to calls of tools.</content>
public sealed partial class MillraceClient
{
    /// <summary>
    /// Agrees to a call that waits for somebody's consent, and returns when the broker or the gateway has confirmed it. The first decision holds; one
    /// about a call that does not wait for it changes nothing, and nobody is told.
    /// </summary>
    /// <param name="generationId">Which generation asks.</param>
    /// <param name="callId">Which of its calls: <see cref="ToolCall.Id"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; the decision may still arrive.</param>
    /// <exception cref="NoWorkersException">Nobody takes the decision.</exception>
    public Task ApproveToolCallAsync(Guid generationId, string callId, CancellationToken cancellationToken = default) =>
        DecideAsync(generationId, callId, approve: true, reason: null, cancellationToken);

    /// <summary>Refuses a call that waits for somebody's consent: it is not made, and the model is told. See <see cref="ApproveToolCallAsync"/>.</summary>
    /// <param name="generationId">Which generation asks.</param>
    /// <param name="callId">Which of its calls: <see cref="ToolCall.Id"/>.</param>
    /// <param name="reason">Why, for the model; at most 512 characters. Default: none.</param>
    /// <param name="cancellationToken">Ends the waiting; the decision may still arrive.</param>
    /// <exception cref="NoWorkersException">Nobody takes the decision.</exception>
    public Task DenyToolCallAsync(
        Guid generationId, string callId, string? reason = null, CancellationToken cancellationToken = default) =>
        DecideAsync(generationId, callId, approve: false, reason, cancellationToken);

    private async Task DecideAsync(
        Guid generationId, string callId, bool approve, string? reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(callId);
        var decision = new DecideToolCall { GenerationId = generationId, CallId = callId, Approve = approve, Reason = reason };
        await calls.DecideAsync(decision, cancellationToken);
    }
}
