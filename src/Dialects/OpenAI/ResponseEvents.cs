using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>
/// The events of a response, from its request, its chunks in order and its end, and from nothing else: so a replay from 0 gives the bytes of the live stream.
/// What a restart takes back is closed as <c>incomplete</c> and is not in the output at the end; what is said instead is a new item.
/// </summary>
public sealed class ResponseEvents(GenerateRequested request, DateTimeOffset receivedAt)
{
    private readonly ResponseView view = new(request, receivedAt);
    private readonly ResponseOrigin origin = ResponseOrigin.Of(request) ?? new();
    private readonly HashSet<string> own = [.. (request.CallerTools ?? []).Select(tool => tool.Name)];
    private readonly List<ResponseItem> items = [];
    private readonly ToolNames tools = (ResponseOrigin.Of(request) ?? new()).ToolNames();
    private DateTimeOffset lastSaid = receivedAt;
    private int sequence;

    /// <summary>The number of the last event that was told; -1 before the first.</summary>
    public int LastNumber => sequence - 1;

    private ResponseItem? Open => items is [.., { IsOpen: true } last] ? last : null;

    public IEnumerable<JsonObject> Begin() =>
    [
        Event("response.created", ("response", view.Write("queued", []))),
        Event("response.queued", ("response", view.Write("queued", []))),
        Event("response.in_progress", ("response", view.Write("in_progress", []))),
    ];

    public IEnumerable<JsonObject> Tell(ChunkProduced chunk)
    {
        lastSaid = chunk.ProducedAt;
        return chunk.Kind switch
        {
            ChunkKind.Text or ChunkKind.Reasoning => Say(chunk),
            ChunkKind.ToolCall when own.Contains(chunk.ToolCall!.Name) => Call(chunk),
            ChunkKind.ToolCall or ChunkKind.ToolResult => Close("completed"), // the fleet's own affair: its next words are a new item
            _ => TakeBack(chunk.KeepThrough ?? 0),
        };
    }

    /// <summary>The end: what is open is closed, and the whole response said. Nothing for a cancelled one, for which there is no event.</summary>
    public IEnumerable<JsonObject> End(ResponseEnd end)
    {
        if (end.Status == "cancelled") return [];
        IEnumerable<JsonObject> closing = [.. Close(end.Status == "completed" ? "completed" : "incomplete")];
        return [.. closing, Event($"response.{end.Status}", ("response", Response(end)))];
    }

    /// <summary>The response as it stands after what has been told.</summary>
    public JsonObject Response(ResponseEnd end) => view.Write(end.Status ?? "in_progress", Output(end), end with { At = end.At ?? lastSaid });

    private JsonArray Output(ResponseEnd end) =>
        [.. items.Where(item => !item.IsTakenBack).Select(item => item.Write(item.IsOpen || (end.Status != "completed" && item == items[^1]) ? "incomplete" : "completed"))];

    private IEnumerable<JsonObject> Say(ChunkProduced chunk)
    {
        if (Open is not { } item || item.Kind != chunk.Kind || item.Step != chunk.Step)
        {
            foreach (var closed in Close("completed")) yield return closed;
            item = Add(chunk);
            yield return Added(item);
            foreach (var told in ItemEvents.Opening(item)) yield return Event(told);
        }
        item.Add(chunk);
        yield return Event(ItemEvents.Delta(item, chunk.Text));
    }

    private IEnumerable<JsonObject> Call(ChunkProduced chunk)
    {
        foreach (var closed in Close("completed")) yield return closed;
        var item = Add(chunk);
        item.Add(chunk);
        yield return Added(item);
        yield return Event(ItemEvents.Delta(item, item.Arguments));
        foreach (var closed in Close("completed")) yield return closed;
    }

    private List<JsonObject> TakeBack(long keepThrough)
    {
        List<JsonObject> closed = Open is { } open && open.Keep(keepThrough) ? [.. Close("incomplete")] : [];
        foreach (var item in items) item.Keep(keepThrough);
        return closed;
    }

    private IEnumerable<JsonObject> Close(string status)
    {
        if (Open is not { } item) yield break;
        item.IsOpen = false;
        foreach (var told in ItemEvents.Closing(item)) yield return Event(told);
        yield return Event("response.output_item.done", ("output_index", item.Index), ("item", item.Write(status)));
    }

    private ResponseItem Add(ChunkProduced chunk)
    {
        var tool = chunk.ToolCall is { } call ? tools.Of(call.Name) : default;
        var item = new ResponseItem(request.GenerationId, items.Count, origin, chunk.Kind, chunk.Step, chunk.ToolCall, tool);
        items.Add(item);
        return item;
    }

    private JsonObject Added(ResponseItem item) => Event("response.output_item.added", ("output_index", item.Index), ("item", item.Empty()));

    private JsonObject Event(ItemEvents.Told told) => Event(told.Type, told.Fields);

    private JsonObject Event(string type, params (string Name, JsonNode? Value)[] fields)
    {
        var told = new JsonObject { ["type"] = type, ["sequence_number"] = sequence++ };
        foreach (var (name, value) in fields) told[name] = value;
        return told;
    }
}
