using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>Which call a tool of this service is running for. Flows with the call, through awaits.</summary>
public sealed class RemoteToolCall
{
    private static readonly AsyncLocal<RemoteToolCall?> Flowing = new();
    private readonly ToolCallRequested asked;

    internal RemoteToolCall(ToolCallRequested asked) => this.asked = asked;

    /// <summary>The call that the running code belongs to; null outside of one.</summary>
    public static RemoteToolCall? Current
    {
        get => Flowing.Value;
        internal set => Flowing.Value = value;
    }

    /// <summary>Which generation waits for it.</summary>
    public Guid GenerationId => asked.GenerationId;

    /// <summary>Whose generation it is: what the call may see and do is that tenant's. Null: a worker of a version before this property asks.</summary>
    public string? Tenant => asked.Tenant;

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId => asked.SessionId;

    /// <summary>Which provider call of the generation asked, from 1.</summary>
    public int Step => asked.Step;

    /// <summary>The call's id, unique in its generation.</summary>
    public string CallId => asked.Call.Id;

    /// <summary>
    /// The same for every repeat of this call. One process runs a call once; after a crash, or while a call takes longer than 15 minutes or half of its time, another replica
    /// of the service may be asked for it too. A tool that acts once per key is safe.
    /// </summary>
    public string IdempotencyKey => asked.IdempotencyKey;

    /// <summary>UTC. An answer after this is too late, and the call's token fires. Null: none.</summary>
    public DateTimeOffset? Deadline => asked.Deadline;
}
