using Millrace.Contracts;

namespace Millrace.Worker.Prompts;

/// <summary>
/// Providers refuse a call without its result, and a result without its call. What a crash, a cancel or an import left unpaired is mended: a call gets
/// a result that says so, and a result that nobody asked for is left out.
/// </summary>
internal static class CallPairs
{
    private const string Lost = "No result of this call was recorded.";

    /// <summary>The same messages, in which each one with calls is followed by one with their results, in the order of the calls.</summary>
    public static IEnumerable<SessionMessage> Mend(IReadOnlyList<SessionMessage> messages)
    {
        for (var at = 0; at < messages.Count; at++)
        {
            var message = messages[at];
            if (message.Role == MessageRole.Tool) continue; // its call has taken it along, if it has one
            yield return message;
            if (message.ToolCalls is not { Count: > 0 } calls) continue;
            var results = messages.Skip(at + 1).TakeWhile(next => next.Role == MessageRole.Tool).SelectMany(next => next.ToolResults ?? [])
                .DistinctBy(result => result.CallId).ToDictionary(result => result.CallId);
            yield return new SessionMessage
            {
                Role = MessageRole.Tool,
                Text = "",
                ToolResults = [.. calls.Select(call => results.GetValueOrDefault(call.Id) ?? new ToolResult(call.Id, Lost, IsError: true))],
            };
        }
    }
}
