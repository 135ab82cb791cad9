using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millrace.Client.Tools;
using Millrace.Contracts;

namespace Millrace.Client;

/// <content>Tools that services run, and consent to calls.</content>
public sealed partial class MillraceClient
{
    /// <summary>
    /// Agrees to a call that waits for somebody's consent, and returns when the broker or the gateway has confirmed it. The first decision holds; one about a call that does
    /// not wait for it changes nothing, and nobody is told.
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
    public Task DenyToolCallAsync(Guid generationId, string callId, string? reason = null, CancellationToken cancellationToken = default) =>
        DecideAsync(generationId, callId, approve: false, reason, cancellationToken);

    /// <summary>
    /// The calls that wait for consent, of all generations, as the fleet asks about them: each once, from now on. One that has been waiting for longer comes
    /// with the fleet's next reminder, after a minute at first and within the hour later. Answer with <see cref="ApproveToolCallAsync"/> or
    /// <see cref="DenyToolCallAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="NotSupportedException">The client speaks HTTP, which does not tell of them.</exception>
    public IAsyncEnumerable<ToolApprovalRequested> ToolApprovalsAsync(CancellationToken cancellationToken = default) => Broker.ApprovalsAsync(cancellationToken);

    /// <summary>
    /// Takes a tool back that a service has offered; a service that still runs offers it again. Its queue stays on the broker. A tool that the fleet does not
    /// have is no error.
    /// </summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    /// <exception cref="ArgumentException">No tool can have that name, or it is one that the workers run themselves.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="NotSupportedException">The client speaks HTTP.</exception>
    public async Task RemoveToolAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (RemoteTool.NameFault(name) is { } fault)
            throw new ArgumentException(fault, nameof(name));
        var answered = await Broker.RegisterAsync(new RegisterTool { RequestId = NewId(), Name = name, Remove = true }, cancellationToken);
        if (answered.Problem is { } problem)
            throw new ArgumentException(problem, nameof(name));
    }

    /// <summary>Begins to offer a tool.</summary>
    /// <exception cref="NotSupportedException">The client speaks HTTP, which brings no calls.</exception>
    internal OfferedTool Offer(RemoteTool tool, IServiceScopeFactory scopes, ILogger log) => Broker.Offer(tool, NewId, scopes, log);

    private async Task DecideAsync(Guid generationId, string callId, bool approve, string? reason, CancellationToken cancellationToken)
    {
        Check(generationId);
        ArgumentException.ThrowIfNullOrEmpty(callId);
        await connection.DecideAsync(new DecideToolCall { GenerationId = generationId, CallId = callId, Approve = approve, Reason = reason }, cancellationToken);
    }
}
