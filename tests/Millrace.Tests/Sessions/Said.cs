using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Sessions;

/// <summary>One message as a provider heard it or a transcript holds it: <c>system</c>, <c>user</c> or <c>assistant</c>, and the exact text.</summary>
internal sealed record Said(string Role, string Text)
{
    public static Said System(string text) => new("system", text);

    public static Said User(string text) => new("user", text);

    public static Said Assistant(string text) => new("assistant", text);

    /// <summary>What a call told its provider, on any of the wires.</summary>
    public static IReadOnlyList<Said> In(ScriptedCall call)
    {
        var messages = call.Body.GetProperty("messages").EnumerateArray()
            .Select(message => new Said(message.GetProperty("role").GetString()!, TextOf(message.GetProperty("content"))));
        return call.Body.TryGetProperty("system", out var system) ? [System(TextOf(system)), .. messages] : [.. messages];
    }

    /// <summary>The last thing that a call said: the prompt.</summary>
    public static string LastIn(ScriptedCall call) => In(call)[^1].Text;

    /// <summary>A transcript without its details.</summary>
    public static IReadOnlyList<Said> In(IEnumerable<SessionMessage> transcript) =>
        [.. transcript.Select(message => new Said(message.Role == MessageRole.Assistant ? "assistant" : "user", message.Text))];

    private static string TextOf(JsonElement content) => content.ValueKind == JsonValueKind.Array
        ? string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : null)) // pictures say nothing
        : content.GetString()!;
}
