using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Connections;
using Millrace.Client.RabbitMq.Tools;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq;

/// <summary>What a <see cref="MillraceClient"/> on the broker can do with tools of services.</summary>
public static class MillraceToolExtensions
{
    /// <summary>
    /// The calls that wait for consent, of all generations, as the fleet asks about them: each once, from now on. One that has been waiting for longer comes
    /// with the fleet's next reminder, after a minute at first and within the hour later. Answer with
    /// <see cref="MillraceClient.ApproveToolCallAsync"/> or <see cref="MillraceClient.DenyToolCallAsync"/>.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="NotSupportedException">The client speaks HTTP, which does not tell of them.</exception>
    public static IAsyncEnumerable<ToolApprovalRequested> ToolApprovalsAsync(
        this MillraceClient client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return BrokerConnection.Of(client).ApprovalsAsync(cancellationToken);
    }

    /// <summary>
    /// Takes a tool back that a service has offered; a service that still runs offers it again. Its queue stays on the broker. A tool that the fleet does not
    /// have is no error.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="name">The tool's name.</param>
    /// <param name="cancellationToken">Ends the waiting; it may be done.</param>
    /// <exception cref="ArgumentException">No tool can have that name, or it is one that the workers run themselves.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="NotSupportedException">The client speaks HTTP.</exception>
    public static async Task RemoveToolAsync(
        this MillraceClient client, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(name);
        if (RemoteTool.NameFault(name) is { } fault)
            throw new ArgumentException(fault, nameof(name));
        var answered = await BrokerConnection.Of(client).RemoveAsync(name, cancellationToken);
        if (answered.Problem is { } problem)
            throw new ArgumentException(problem, nameof(name));
    }
}
