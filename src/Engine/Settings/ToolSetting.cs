namespace Millrace.Engine.Settings;

/// <summary>What the configuration says of a tool, section <c>Millrace:Tools:&lt;name&gt;</c>, or of all tools of an MCP server. Absent: what the tool's owner says.</summary>
public class ToolSetting
{
    /// <inheritdoc cref="ToolOptions.Timeout"/>
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc cref="ToolOptions.MaxResultCharacters"/>
    public int? MaxResultCharacters { get; set; }

    /// <inheritdoc cref="ToolOptions.Idempotent"/>
    public bool? Idempotent { get; set; }

    /// <inheritdoc cref="ToolOptions.Parallel"/>
    public bool? Parallel { get; set; }

    /// <inheritdoc cref="ToolOptions.RequiresApproval"/>
    public bool? RequiresApproval { get; set; }

    /// <inheritdoc cref="ToolOptions.ApprovalTimeout"/>
    public TimeSpan? ApprovalTimeout { get; set; }

    /// <inheritdoc cref="ToolOptions.Tenants"/>
    public IList<string>? Tenants { get; set; }

    public ToolOptions Over(ToolOptions own) => new()
    {
        Timeout = Timeout ?? own.Timeout,
        MaxResultCharacters = MaxResultCharacters ?? own.MaxResultCharacters,
        Idempotent = Idempotent ?? own.Idempotent,
        Parallel = Parallel ?? own.Parallel,
        RequiresApproval = RequiresApproval ?? own.RequiresApproval,
        ApprovalTimeout = ApprovalTimeout ?? own.ApprovalTimeout,
        Tenants = Tenants ?? own.Tenants,
    };
}
