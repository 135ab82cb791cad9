using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>
/// The tools of a response's request: functions, tools that take text, and namespaces of both. Those that OpenAI runs itself are not here: they are left out, or
/// refused where the gateway is set so.
/// </summary>
internal sealed class AskedTools
{
    private readonly List<CallerTool> tools = [];
    private readonly List<string> custom = [];
    private readonly Dictionary<string, IReadOnlyList<string>> groups = [];

    public IReadOnlyList<CallerTool>? Tools => tools.Count > 0 ? tools : null;

    /// <summary>The request names none, be it some that are not here.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>Those that take text, by the fleet's names.</summary>
    public IReadOnlyList<string>? Custom => custom.Count > 0 ? custom : null;

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Groups => groups.Count > 0 ? groups : null;

    public static AskedTools Read(IReadOnlyList<JsonElement>? asked, BuiltInTools others)
    {
        var read = new AskedTools { IsEmpty = asked is null or [] };
        foreach (var (i, tool) in (asked ?? []).Index()) read.Add(tool, group: null, $"tools[{i}]", others);
        return read;
    }

    private void Add(JsonElement tool, string? group, string where, BuiltInTools others)
    {
        switch (Json.Text(tool, "type"))
        {
            case null:
                throw OpenAIFaults.Missing($"{where}.type");
            case "function":
                var function = FunctionTools.Read(tool, where);
                tools.Add(function with { Name = ToolNames.Joined(group, function.Name) });
                break;
            case "custom":
                var holder = Json.Property(tool, "custom") ?? tool;
                var name = ToolNames.Joined(group, Json.Text(holder, "name") ?? throw OpenAIFaults.Missing($"{where}.name"));
                tools.Add(CustomTools.Read(holder, name));
                custom.Add(name);
                break;
            case "namespace" when group is null:
                AddGroup(tool, where, others);
                break;
            case var type when others == BuiltInTools.Refuse:
                throw OpenAIFaults.Unsupported($"{where}.type",
                    $"A tool of type '{type}' is not taken here; function, custom and namespace are. The fleet's own tools are named in millrace.tools. "
                    + "(Millrace:Gateway:BuiltInTools)");
        }
    }

    private void AddGroup(JsonElement tool, string where, BuiltInTools others)
    {
        var group = Json.Text(tool, "name") is { Length: > 0 } named ? named : throw OpenAIFaults.Missing($"{where}.name");
        if (Json.Property(tool, "tools") is not { ValueKind: JsonValueKind.Array } members) throw OpenAIFaults.Missing($"{where}.tools");
        var names = new List<string>();
        foreach (var (i, member) in members.EnumerateArray().Index())
        {
            Add(member, group, $"{where}.tools[{i}]", others);
            if (Json.Text(member, "type") is "function" or "custom" && NameOf(member) is { } name) names.Add(name);
        }
        groups[group] = [.. groups.GetValueOrDefault(group, []), .. names];
    }

    private static string? NameOf(JsonElement tool) => Json.Text(Json.Property(tool, "function") ?? Json.Property(tool, "custom") ?? tool, "name");
}
