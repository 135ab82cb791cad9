using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Engine.Requests;

/// <summary>The rules of one message of a conversation, whether it travels with a request or is added to a session.</summary>
internal static class MessageRules
{
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = 1_000 };

    public static IEnumerable<string> Problems(PromptMessage? message, string where) =>
        message is null ? [$"{where} is null; it must be a message."] : Problems(RequestMessages.Of(message), where);

    public static IEnumerable<string> Problems(SessionMessage message, string where)
    {
        if (message.Text is null)
        {
            yield return $"{where}.Text is missing; it must hold what was said, be it nothing.";
            yield break;
        }
        if (message.Reasoning is not null && message.Role != MessageRole.Assistant)
            yield return $"{where}.Reasoning is given in a message of role {message.Role}; only the assistant thinks.";
        if (message.ToolCalls is { Count: > 0 } && message.Role != MessageRole.Assistant)
            yield return $"{where}.ToolCalls is given in a message of role {message.Role}; only the assistant calls tools.";
        if (message.ToolResults is { Count: > 0 } != (message.Role == MessageRole.Tool))
            yield return $"{where} has the role {message.Role} and {message.ToolResults?.Count ?? 0} ToolResults; results belong to a message of role Tool, which has nothing else.";
        foreach (var problem in (message.ToolCalls ?? []).SelectMany((call, i) => Problems(call, $"{where}.ToolCalls[{i}]"))) yield return problem;
        foreach (var problem in (message.ToolResults ?? []).SelectMany((result, i) => Problems(result, $"{where}.ToolResults[{i}]"))) yield return problem;
    }

    private static IEnumerable<string> Problems(ToolCall? call, string where)
    {
        if (string.IsNullOrEmpty(call?.Id)) yield return $"{where}.Id is missing; each call needs an id of its own.";
        if (string.IsNullOrEmpty(call?.Name)) yield return $"{where}.Name is missing; it must name the tool.";
        if (ArgumentsFlaw(call?.Arguments) is { } flaw) yield return $"{where}.Arguments {flaw}";
    }

    private static IEnumerable<string> Problems(ToolResult? result, string where)
    {
        if (string.IsNullOrEmpty(result?.CallId)) yield return $"{where}.CallId is missing; it must be the id of a call.";
        if (result?.Text is null) yield return $"{where}.Text is missing; it must hold what came of the call.";
    }

    /// <summary>An object, or what a model wrote in its place and its caller gives back.</summary>
    private static string? ArgumentsFlaw(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "", AnyDepth);
            return JsonText.Flaw(document.RootElement);
        }
        catch (JsonException)
        {
            return "is no JSON; it must be a JSON object, as text.";
        }
    }
}
