using Millrace.Engine.Tools;

namespace Millrace.Engine.Settings;

/// <summary>How calls of a tool are made. The configuration overrides each of these under <c>Millrace:Tools:&lt;name&gt;</c>.</summary>
public sealed class ToolOptions
{
    /// <summary>How long a call may take, 1 s to 15 min; of a tool that another service runs, up to 30 days. After that the model is told so.</summary>
    /// <value>1 minute; 15 minutes for a tool that another service runs.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest result in characters, 100 to 1,000,000. What is longer is cut, and a mark at its end says so.</summary>
    /// <value>50,000.</value>
    public int MaxResultCharacters { get; set; } = 50_000;

    /// <summary>
    /// True when a call may be made again after its worker died in the middle of it. Otherwise the model is told that nobody knows what came of it.
    /// <see cref="ToolCallContext.IdempotencyKey"/> is the same for each repeat.
    /// </summary>
    /// <value>False.</value>
    public bool Idempotent { get; set; }

    /// <summary>True when several calls of a generation may be made at the same time.</summary>
    /// <value>True.</value>
    public bool Parallel { get; set; } = true;

    /// <summary>True when somebody has to agree to each call before it is made.</summary>
    /// <value>False.</value>
    public bool RequiresApproval { get; set; }

    /// <summary>How long somebody may take to agree, 1 s to 30 days. After that the model is told that nobody did.</summary>
    /// <value>7 days.</value>
    public TimeSpan ApprovalTimeout { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Whose generations may have the tool: names of tenants, <c>[A-Za-z0-9_.-]{1,64}</c>. For all others it is not there.</summary>
    /// <value>Null: everybody's.</value>
    public IList<string>? Tenants { get; set; }
}
