using Millrace.Contracts;
using Millrace.Worker.Providers;

namespace Millrace.Worker.Sessions;

/// <summary>
/// The calls that a session's last answer has left to its caller. A turn may begin with their results, in any number of messages; those it does not bring are told
/// to the model as calls without a result. A result that nobody has asked for is a caller's mistake, and would be dropped without a word.
/// </summary>
internal static class OpenCalls
{
    /// <exception cref="ProviderException">The turn begins with a result of a call that is not open.</exception>
    public static void Check(Guid session, IReadOnlyList<SessionMessage> history, IReadOnlyList<SessionMessage> turn)
    {
        var open = In(history);
        foreach (var (number, message) in turn.TakeWhile(message => message.Role == MessageRole.Tool).Index())
        {
            foreach (var result in message.ToolResults ?? [])
                if (!open.Remove(result.CallId)) throw Unasked(session, $"Messages[{number}]", result.CallId, open);
        }
    }

    /// <summary>The last answer's calls, without those whose result stands behind it.</summary>
    private static List<string> In(IReadOnlyList<SessionMessage> history)
    {
        var behind = history.Reverse().TakeWhile(message => message.Role == MessageRole.Tool).ToList();
        var last = history.Count > behind.Count ? history[^(behind.Count + 1)] : null;
        var open = (last?.ToolCalls ?? []).Select(call => call.Id).ToList();
        foreach (var result in behind.SelectMany(message => message.ToolResults ?? [])) open.Remove(result.CallId);
        return open;
    }

    private static ProviderException Unasked(Guid session, string where, string call, List<string> open) => new(FailureReason.InvalidRequest,
        $"{where} has a result of the call '{call}', which is no open call of session {session}. {(open.Count == 0 ? "None is open." : $"Open: {string.Join(", ", open)}.")}");
}
