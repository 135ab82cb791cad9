using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>The events between an item's first and its last: their names and members differ by what the item is.</summary>
internal static class ItemEvents
{
    /// <summary>An event without its number.</summary>
    public readonly record struct Told(string Type, params (string Name, JsonNode? Value)[] Fields);

    /// <summary>What opens the one part of an item. Calls have none.</summary>
    public static IEnumerable<Told> Opening(ResponseItem item)
    {
        if (item.Kind == ChunkKind.ToolCall) yield break;
        yield return item.IsSummary
            ? Of(item, "response.reasoning_summary_part.added", ("summary_index", 0), ("part", item.Part("")))
            : Of(item, "response.content_part.added", ("content_index", 0), ("part", item.Part("")));
    }

    public static Told Delta(ResponseItem item, string? delta) => item switch
    {
        { Kind: ChunkKind.Text } => Of(item, "response.output_text.delta", ("content_index", 0), ("delta", delta), ("logprobs", new JsonArray())),
        { IsSummary: true } => Of(item, "response.reasoning_summary_text.delta", ("summary_index", 0), ("delta", delta)),
        { Kind: ChunkKind.Reasoning } => Of(item, "response.reasoning_text.delta", ("content_index", 0), ("delta", delta)),
        { IsCustom: true } => Of(item, "response.custom_tool_call_input.delta", ("delta", delta)),
        _ => Of(item, "response.function_call_arguments.delta", ("delta", delta)),
    };

    /// <summary>What closes an item's content, before the item itself.</summary>
    public static IEnumerable<Told> Closing(ResponseItem item) => item switch
    {
        { Kind: ChunkKind.Text } =>
        [
            Of(item, "response.output_text.done", ("content_index", 0), ("text", item.Text), ("logprobs", new JsonArray())),
            Of(item, "response.content_part.done", ("content_index", 0), ("part", item.Part(item.Text))),
        ],
        { IsSummary: true } =>
        [
            Of(item, "response.reasoning_summary_text.done", ("summary_index", 0), ("text", item.Text)),
            Of(item, "response.reasoning_summary_part.done", ("summary_index", 0), ("part", item.Part(item.Text))),
        ],
        { Kind: ChunkKind.Reasoning } =>
        [
            Of(item, "response.reasoning_text.done", ("content_index", 0), ("text", item.Text)),
            Of(item, "response.content_part.done", ("content_index", 0), ("part", item.Part(item.Text))),
        ],
        { IsCustom: true } => [Of(item, "response.custom_tool_call_input.done", ("input", item.Arguments))],
        _ => [Of(item, "response.function_call_arguments.done", ("name", item.Name), ("arguments", item.Arguments))],
    };

    private static Told Of(ResponseItem item, string type, params (string Name, JsonNode? Value)[] fields) =>
        new(type, [("item_id", item.Id), ("output_index", item.Index), .. fields]);
}
