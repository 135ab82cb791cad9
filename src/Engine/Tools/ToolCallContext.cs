namespace Millrace.Engine.Tools;

/// <summary>Which call a tool is running for. Flows with the call, through awaits.</summary>
public sealed class ToolCallContext
{
    private static readonly AsyncLocal<ToolCallContext?> Flowing = new();

    internal ToolCallContext(Guid generationId, string tenant, Guid? sessionId, string callId, int attempt) =>
        (GenerationId, Tenant, SessionId, CallId, Attempt) = (generationId, tenant, sessionId, callId, attempt);

    /// <summary>The call that the running code belongs to; null outside of one.</summary>
    public static ToolCallContext? Current
    {
        get => Flowing.Value;
        internal set => Flowing.Value = value;
    }

    /// <summary>Which generation.</summary>
    public Guid GenerationId { get; }

    /// <summary>Whose generation it is: what the call may see and do is that tenant's.</summary>
    public string Tenant { get; }

    /// <summary>Its session, if it has one.</summary>
    public Guid? SessionId { get; }

    /// <summary>The call's id.</summary>
    public string CallId { get; }

    /// <summary>1, and more when a call of an idempotent tool is repeated.</summary>
    public int Attempt { get; }

    /// <summary>The same for every repeat of this call, and for no other.</summary>
    public string IdempotencyKey => CallId;
}
