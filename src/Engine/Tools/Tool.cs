using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Tools;

/// <summary>A tool that the fleet has: what the model sees of it, and how a call of it is made.</summary>
/// <param name="Parameters">The JSON schema of its arguments.</param>
public sealed record Tool(string Name, string? Description, JsonElement Parameters, ToolOptions Options)
{
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    private static readonly TimeSpan UsualRemoteTimeout = TimeSpan.FromMinutes(15);

    /// <summary>What this worker calls. Null when another service runs the tool.</summary>
    public AIFunction? Function { get; init; }

    /// <summary>Whether generations of the tenant may have it.</summary>
    public bool IsFor(string tenant) => Options.Tenants?.Contains(tenant, StringComparer.Ordinal) ?? true;

    public AIFunctionDeclaration Declaration => AIFunctionFactory.CreateDeclaration(Name, Description, Parameters);

    /// <summary>The schema that is given, or that of no arguments.</summary>
    public static JsonElement Schema(JsonElement? given) => given is { ValueKind: JsonValueKind.Object } schema ? schema : NoParameters;

    public static Tool Of(RegisterTool offered) => new(
        offered.Name, offered.Description, Schema(offered.Parameters),
        new ToolOptions
        {
            Timeout = offered.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualRemoteTimeout,
            RequiresApproval = offered.RequiresApproval,
        });
}
