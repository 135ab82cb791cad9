using System.Text;
using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>One item of a response's output while it grows: what was said or thought without a pause, or one call.</summary>
internal sealed class ResponseItem(Guid generation, int index, ChunkKind kind, int step, ToolCall? call = null)
{
    private readonly StringBuilder text = new();
    private readonly List<(long Sequence, int Length)> pieces = [];

    public int Index => index;
    public ChunkKind Kind => kind;
    public int Step => step;
    public ToolCall? Call => call;
    public bool IsOpen { get; set; } = true;
    public string Text => text.ToString();

    public string Id => OpenAIIds.Item(kind switch { ChunkKind.Text => "msg", ChunkKind.Reasoning => "rs", _ => "fc" }, generation, index);

    /// <summary>Nothing of it counts any more.</summary>
    public bool IsTakenBack => pieces.Count == 0;

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
        ? new() { ["type"] = "reasoning_text", ["text"] = content }
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
        ChunkKind.Reasoning => new()
        {
            ["id"] = Id,
            ["type"] = "reasoning",
            ["status"] = status,
            ["summary"] = new JsonArray(),
            ["content"] = content.Length > 0 ? new JsonArray(Part(content)) : new JsonArray(),
        },
        _ => new()
        {
            ["id"] = Id,
            ["type"] = "function_call",
            ["status"] = status,
            ["call_id"] = call!.Id,
            ["name"] = call.Name,
            ["arguments"] = status == "in_progress" ? "" : call.Arguments,
        },
    };
}
