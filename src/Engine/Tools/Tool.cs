using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Tools;

/// <summary>A tool that the fleet has: what the model sees of it, and how a call of it is made.</summary>
/// <param name="Name">What the model calls, <c>[A-Za-z0-9_-]{1,64}</c>.</param>
/// <param name="Description">What it does, for the model.</param>
/// <param name="Parameters">The JSON schema of its arguments.</param>
/// <param name="Options">Limits, consent, tenants. The configuration may override each of them.</param>
/// <param name="Execution">Who makes a call.</param>
public sealed record Tool(string Name, string? Description, JsonElement Parameters, ToolOptions Options, ToolExecution Execution)
{
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    public AIFunctionDeclaration Declaration => AIFunctionFactory.CreateDeclaration(Name, Description, Parameters);

    /// <summary>A function that is called in this process.</summary>
    public static Tool Of(AIFunction function, ToolOptions options) =>
        new(function.Name, function.Description, function.JsonSchema, options, new ToolExecution.InProcess(function));

    /// <summary>The schema that is given, or that of no arguments.</summary>
    public static JsonElement Schema(JsonElement? given) => given is { ValueKind: JsonValueKind.Object } schema ? schema : NoParameters;

    /// <summary>Whether generations of the tenant may have it.</summary>
    public bool IsFor(string tenant) => Options.Tenants?.Contains(tenant, StringComparer.Ordinal) ?? true;
}
