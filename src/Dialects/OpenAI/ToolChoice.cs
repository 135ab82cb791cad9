using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>Which tools the model may call, and whether it has to.</summary>
/// <param name="Mode"><c>none</c>, <c>auto</c>, <c>required</c>, the name of a tool, or null.</param>
/// <param name="Allowed">The only tools that it may call, by the fleet's names for them; null for all.</param>
internal sealed record ToolChoice(string? Mode, IReadOnlySet<string>? Allowed = null)
{
    /// <summary>Chats nest what responses write flat; both are read everywhere.</summary>
    public static ToolChoice Read(JsonElement? choice)
    {
        if (choice is not { } given || !Json.IsGiven(choice)) return new((string?)null);
        if (given.ValueKind == JsonValueKind.String) return new(given.GetString());
        return Json.Text(given, "type") switch
        {
            "allowed_tools" => Subset(Json.Property(given, "allowed_tools") ?? given),
            "function" or "custom" when NameOf(given) is { } name => new(name),
            _ => throw OpenAIFaults.Unsupported("tool_choice", "tool_choice is none, auto, required, names a function or a custom tool, or lists allowed_tools."),
        };
    }

    /// <summary>What of the request's tools is offered.</summary>
    public IReadOnlyList<CallerTool>? Of(IReadOnlyList<CallerTool>? tools)
    {
        if (Allowed is null) return tools;
        var left = (tools ?? []).Where(tool => Allowed.Contains(tool.Name)).ToList();
        return left.Count > 0 ? left : null;
    }

    /// <summary>A model of which nothing is left to call need not call it.</summary>
    public string? ModeFor(IReadOnlyList<CallerTool>? offered, FleetOptions? fleet) =>
        Mode == "required" && offered is null && fleet?.Tools is not { Count: > 0 } ? null : Mode;

    private static ToolChoice Subset(JsonElement allowed)
    {
        if (Json.Text(allowed, "mode") is var mode && mode is not (null or "auto" or "required"))
            throw OpenAIFaults.Invalid("tool_choice.mode", $"'tool_choice.mode' is '{mode}'; it must be auto or required.");
        if (Json.Property(allowed, "tools") is not { ValueKind: JsonValueKind.Array } tools) throw OpenAIFaults.Missing("tool_choice.tools");
        return new(mode ?? "auto", tools.EnumerateArray().Select(NameOf).OfType<string>().ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Null for a tool that has no name, which is one of OpenAI's own.</summary>
    private static string? NameOf(JsonElement tool)
    {
        var holder = Json.Property(tool, "function") ?? Json.Property(tool, "custom") ?? tool;
        return Json.Text(holder, "name") is { } name ? ToolNames.Joined(Json.Text(holder, "namespace"), name) : null;
    }
}
