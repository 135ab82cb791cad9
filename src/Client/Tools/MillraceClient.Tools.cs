using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millrace.Client.Tools;
using Millrace.Contracts;

namespace Millrace.Client;

/// <content>Tools that services run, and consent to calls.</content>
public sealed partial class MillraceClient
{
    private const string EveryApproval = "approval.#";

    /// <summary>
    /// Agrees to a call that waits for somebody's consent, and returns when the broker has confirmed it. The first decision holds; one about a call that does
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
    public async IAsyncEnumerable<ToolApprovalRequested> ToolApprovalsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var heard = false;
        try
        {
            await foreach (var asked in inbox.Word.Approvals.ReadAsync(ListenAsync, cancellationToken))
                yield return asked;
        }
        finally
        {
            if (heard)
                inbox.Unhear(EveryApproval);
        }

        async Task ListenAsync(CancellationToken token)
        {
            await inbox.HearAsync(EveryApproval, token);
            heard = true;
        }
    }

    /// <summary>
    /// Takes a tool back that a service has offered; a service that still runs offers it again. Its queue stays on the broker. A tool that the fleet does not
    /// have is no error.
    /// </summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    /// <exception cref="ArgumentException">No tool can have that name, or it is one that the workers run themselves.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    public async Task RemoveToolAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (RemoteTool.NameFault(name) is { } fault)
            throw new ArgumentException(fault, nameof(name));
        var answered = await RegisterAsync(new RegisterTool { RequestId = NewId(), Name = name, Remove = true, Channel = Channel }, cancellationToken);
        if (answered.Problem is { } problem)
            throw new ArgumentException(problem, nameof(name));
    }

    /// <summary>Begins to offer a tool.</summary>
    internal OfferedTool Offer(RemoteTool tool, IServiceScopeFactory scopes, ILogger log)
    {
        var calls = new ToolCalls(tool, publisher, scopes, this.time, log);
        var offered = new OfferedTool(tool, token => RegisterAsync(tool.Offer(NewId(), Channel), token), calls, log);
        offered.Start(this.bus);
        return offered;
    }

    private async Task<ToolRegistered> RegisterAsync(RegisterTool request, CancellationToken cancellationToken) =>
        (await question.AskAsync(request, request.RequestId, inbox.Word.Registrations, $"the tool '{request.Name}'", cancellationToken)).Answer;

    private async Task DecideAsync(Guid generationId, string callId, bool approve, string? reason, CancellationToken cancellationToken)
    {
        Check(generationId);
        ArgumentException.ThrowIfNullOrEmpty(callId);
        await inbox.ReadyAsync(cancellationToken);
        var decision = new DecideToolCall { GenerationId = generationId, CallId = callId, Approve = approve, Reason = reason };
        await publisher.PublishAsync(decision, messageId: null, cancellationToken);
    }
}
