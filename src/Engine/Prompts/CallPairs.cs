using Millrace.Contracts;

namespace Millrace.Engine.Prompts;

/// <summary>
/// Providers refuse a call without its result, and a result without its call. What a crash, a cancel or an import left unpaired is mended: a call gets
/// a result that says so, and a result that nobody asked for is left out. They refuse ids that come twice and ids of another form too.
/// </summary>
internal static class CallPairs
{
    private const string Lost = "No result of this call was recorded.";

    /// <summary>The same messages, in which each one with calls is followed by one with their results, in the order of the calls.</summary>
    public static IEnumerable<SessionMessage> Mend(IReadOnlyList<SessionMessage> messages)
    {
        var ids = new CallIds();
        for (var at = 0; at < messages.Count; at++)
        {
            var message = messages[at];
            if (message.Role == MessageRole.Tool) continue; // its call has taken it along, if it has one
            if (message.ToolCalls is not { Count: > 0 } calls)
            {
                yield return message;
                continue;
            }
            var results = Behind(messages, at);
            var pairs = calls.Select(call => (Call: call, Result: Take(results, call), Id: ids.For(call.Id))).ToList();
            yield return message with { ToolCalls = [.. pairs.Select(pair => pair.Call with { Id = pair.Id })] };
            yield return new SessionMessage
            {
                Role = MessageRole.Tool,
                Text = "",
                ToolResults = [.. pairs.Select(pair => (pair.Result ?? new ToolResult("", Lost, IsError: true)) with { CallId = pair.Id })],
            };
        }
    }

    /// <summary>The results right behind a message, by their calls' ids.</summary>
    private static Dictionary<string, Queue<ToolResult>> Behind(IReadOnlyList<SessionMessage> messages, int at)
    {
        var results = new Dictionary<string, Queue<ToolResult>>(StringComparer.Ordinal);
        for (var next = at + 1; next < messages.Count && messages[next].Role == MessageRole.Tool; next++)
        {
            foreach (var result in messages[next].ToolResults ?? [])
            {
                if (!results.TryGetValue(result.CallId, out var queue)) results[result.CallId] = queue = new();
                queue.Enqueue(result);
            }
        }
        return results;
    }

    /// <summary>Calls with the same id get their results in order.</summary>
    private static ToolResult? Take(Dictionary<string, Queue<ToolResult>> results, ToolCall call) =>
        results.TryGetValue(call.Id, out var left) && left.TryDequeue(out var result) ? result : null;
}
