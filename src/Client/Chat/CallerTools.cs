using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Client.Chat;

/// <summary>The tools of a chat call that its caller runs.</summary>
internal static class CallerTools
{
    /// <summary>Also below what others have wrapped around it.</summary>
    public static bool Has(AITool tool) =>
        tool.GetService<CallerFunction>() is not null || tool.GetService<CallerDeclaration>() is not null;

    public static IReadOnlyList<CallerTool>? Of(ChatOptions? options)
    {
        var tools = (options?.Tools ?? []).Where(Has).OfType<AIFunctionDeclaration>().Select(Of).ToList();
        return tools.Count == 0 ? null : tools;
    }

    private static CallerTool Of(AIFunctionDeclaration tool) => new()
    {
        Name = tool.Name,
        Description = tool.Description.Length == 0 ? null : tool.Description,
        Parameters = tool.JsonSchema.ValueKind == JsonValueKind.Object ? tool.JsonSchema : null,
        Strict = tool.AdditionalProperties.TryGetValue("strict", out var strict) ? strict as bool? : null,
    };
}
