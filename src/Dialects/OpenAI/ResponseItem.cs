using System.Text;
using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>One item of a response's output while it grows: what was said or thought without a pause, or one call.</summary>
internal sealed class ResponseItem(Guid generation, int index, ResponseOrigin origin, ChunkKind kind, int step, ToolCall? call = null, ShownTool tool = default)
{
    private readonly StringBuilder text = new();
    private readonly List<(long Sequence, int Length)> pieces = [];

    public int Index => index;
    public ChunkKind Kind => kind;
    public int Step => step;
    public bool IsOpen { get; set; } = true;
    public string Text => text.ToString();

    /// <summary>A thought that is shown as a summary.</summary>
    public bool IsSummary => kind == ChunkKind.Reasoning && origin.ReasoningSummary is not null;

    /// <summary>A call of a tool that takes text.</summary>
    public bool IsCustom => tool.IsCustom;

    /// <summary>Who is called, by the caller's name.</summary>
    public string Name => tool.Name;

    /// <summary>What the tool is called with: a JSON text, or its plain input.</summary>
    public string Arguments => tool.IsCustom ? CustomTools.InputOf(call!.Arguments) : call!.Arguments;

    public string Id => OpenAIIds.Item(Prefix, generation, index);

    /// <summary>Nothing of it counts any more.</summary>
    public bool IsTakenBack => pieces.Count == 0;

    private string Prefix => kind switch
    {
        ChunkKind.Text => "msg",
        ChunkKind.Reasoning => "rs",
        _ => tool.IsCustom ? "ctc" : "fc",
    };

    public void Add(ChunkProduced chunk)
    {
        text.Append(kind == ChunkKind.ToolCall ? "" : chunk.Text);
        pieces.Add((chunk.Sequence, text.Length));
    }

    /// <summary>Takes back what came after a sequence. False if nothing did.</summary>
    public bool Keep(long through)
    {
        var before = pieces.Count;
        while (pieces.Count > 0 && pieces[^1].Sequence > through) pieces.RemoveAt(pieces.Count - 1);
        text.Length = pieces.Count > 0 ? pieces[^1].Length : 0;
        return pieces.Count < before;
    }

    /// <summary>The item as it looks when nothing is in it.</summary>
    public JsonObject Empty() => Write("in_progress", "");

    public JsonObject Write(string status) => Write(status, Text);

    public JsonObject Part(string content) => kind == ChunkKind.Reasoning
        ? ReasoningItem.Part(content, IsSummary)
        : new() { ["type"] = "output_text", ["text"] = content, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };

    private JsonObject Write(string status, string content) => kind switch
    {
        ChunkKind.Text => new()
        {
            ["id"] = Id,
            ["type"] = "message",
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = content.Length > 0 || status == "completed" ? new JsonArray(Part(content)) : new JsonArray(),
        },
        ChunkKind.Reasoning => ReasoningItem.Write(Id, status, content, origin),
        _ => Call(status),
    };

    private JsonObject Call(string status)
    {
        var written = new JsonObject
        {
            ["id"] = Id,
            ["type"] = IsCustom ? "custom_tool_call" : "function_call",
            ["status"] = status,
            ["call_id"] = call!.Id,
            ["name"] = Name,
            [IsCustom ? "input" : "arguments"] = status == "in_progress" ? "" : Arguments,
        };
        if (tool.Namespace is { } group) written["namespace"] = group;
        return written;
    }
}
