using System.ComponentModel;
using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Gateway.Native;

/// <summary>A tool that a service offers.</summary>
internal sealed record ToolView
{
    [Description("Its name, as requests name it.")]
    public required string Name { get; init; }

    [Description("What it does and when to call it.")]
    public string? Description { get; init; }

    [Description("The JSON schema of its arguments. Absent: it takes none.")]
    public JsonElement? Parameters { get; init; }

    [Description("How long a call may take, in seconds.")]
    public required int TimeoutSeconds { get; init; }

    [Description("Whether a person has to agree to each call.")]
    public required bool RequiresApproval { get; init; }

    public static ToolView Of(RegisterTool tool) => new()
    {
        Name = tool.Name,
        Description = tool.Description,
        Parameters = tool.Parameters,
        TimeoutSeconds = tool.TimeoutSeconds ?? 900,
        RequiresApproval = tool.RequiresApproval,
    };
}
