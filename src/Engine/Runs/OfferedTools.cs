using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Tools;

namespace Millrace.Engine.Runs;

/// <summary>What the model of a run may call: the fleet's tools and the caller's, which differ for everybody but the model.</summary>
internal static class OfferedTools
{
    /// <summary>Should the fleet have got a tool of a caller's name since the request came, then the caller's holds.</summary>
    public static IReadOnlyList<AIFunctionDeclaration> Of(Run run)
    {
        var callers = (run.Request.CallerTools ?? []).Select(tool => new CallerDeclaration(tool)).ToList();
        return [.. run.Tools.ExceptBy(callers.Select(tool => tool.Name), tool => tool.Name).Select(tool => tool.Declaration), .. callers];
    }

    /// <summary>True for the name of a tool that the caller runs.</summary>
    public static bool IsCallers(Run run, string name) => run.Request.CallerTools?.Any(tool => tool.Name == name) == true;

    private sealed class CallerDeclaration(CallerTool tool) : AIFunctionDeclaration
    {
        public override string Name => tool.Name;

        public override string Description => tool.Description ?? "";

        public override JsonElement JsonSchema { get; } = Tool.Schema(tool.Parameters);

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
            tool.Strict is { } strict ? new Dictionary<string, object?> { ["strict"] = strict } : new Dictionary<string, object?>();
    }
}
