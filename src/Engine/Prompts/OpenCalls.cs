using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;

namespace Millrace.Engine.Prompts;

/// <summary>
/// The calls that a session's last answer has left to its caller. A turn may begin with their results, in any number of messages; those it does not bring are told
/// to the model as calls without a result. A result that nobody has asked for is a caller's mistake, and would be dropped without a word.
/// </summary>
internal static class OpenCalls
{
    /// <exception cref="GenerationException">The turn begins with a result of a call that is not open.</exception>
    public static void Check(Guid session, IReadOnlyList<SessionMessage> history, IReadOnlyList<SessionMessage> turn)
    {
        if (turn.Count == 0 || turn[0].Role != MessageRole.Tool) return;
        var open = In(history);
        foreach (var (number, message) in turn.TakeWhile(message => message.Role == MessageRole.Tool).Index())
        {
            foreach (var result in message.ToolResults ?? [])
                if (!open.Remove(result.CallId)) throw Unasked(session, $"Messages[{number}]", result.CallId, open);
        }
    }

    /// <summary>The last answer's calls, without those whose result stands behind it.</summary>
    private static IdCounts In(IReadOnlyList<SessionMessage> history)
    {
        var last = history.Count - 1;
        while (last >= 0 && history[last].Role == MessageRole.Tool) last--;
        var open = new IdCounts();
        foreach (var call in last < 0 ? [] : history[last].ToolCalls ?? []) open.Add(call.Id);
        for (var behind = last + 1; behind < history.Count; behind++)
            foreach (var result in history[behind].ToolResults ?? []) open.Remove(result.CallId);
        return open;
    }

    private static GenerationException Unasked(Guid session, string where, string call, IdCounts open) => new(FailureReason.InvalidRequest,
        $"{where} has a result of the call '{call}', which is no open call of session {session}. {(open.IsEmpty ? "None is open." : $"Open: {open}.")}");
}
