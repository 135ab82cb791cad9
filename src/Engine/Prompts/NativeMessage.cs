using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Runs;
using Millrace.Engine.Tools;
using Millrace.Providers.Streaming;

namespace Millrace.Engine.Prompts;

/// <summary>Messages in the form that the providers' adapters know.</summary>
internal static class NativeMessage
{
    /// <summary>
    /// Nothing for a message that says nothing, unless it is the user's: a reply that was cancelled before its first word stands in the transcript, an answer may be
    /// empty, and providers refuse such messages of the assistant's. Thoughts alone are no message either.
    /// </summary>
    public static IEnumerable<ChatMessage> Of(SessionMessage message)
    {
        List<AIContent> contents =
        [
            .. AttachmentContents.Of(message.Text, message.Attachments),
            .. (message.ToolCalls ?? []).Select(Call),
            .. (message.ToolResults ?? []).Select(Result),
        ];
        if (contents.Count == 0 && message.Role == MessageRole.User) contents.Add(new TextContent(message.Text));
        if (contents.Count == 0) yield break;
        if (message.Reasoning is { Length: > 0 } thoughts) contents.Insert(0, new TextReasoningContent(thoughts));
        yield return new ChatMessage(RoleOf(message.Role), contents);
    }

    /// <summary>A step of the generation itself. The provider whose reasoning it is gets it back; to another it would mean nothing.</summary>
    public static IEnumerable<ChatMessage> Of(RunStep step, Guid generation, string provider)
    {
        foreach (var message in step.Messages(generation).SelectMany(Of))
        {
            if (message.Role == ChatRole.Assistant && step.Provider == provider)
            {
                message.Contents = [.. (step.Content.Reasoning ?? []).Select(Reasoned), .. message.Contents];
            }
            yield return message;
        }
    }

    private static TextReasoningContent Reasoned(Reasoning reasoning) => new(reasoning.Text) { ProtectedData = reasoning.Proof };

    private static FunctionCallContent Call(ToolCall call) =>
        new(call.Id, ToolRules.NameFor(call.Name), Members(call.Arguments));

    /// <summary>All wires want an object, whatever a model wrote for its caller.</summary>
    private static Dictionary<string, object?>? Members(string arguments)
    {
        var given = JsonElement.Parse(arguments);
        return given.ValueKind == JsonValueKind.Object ? given.Deserialize<Dictionary<string, object?>>() : new() { [CallArguments.NotAnObject] = given };
    }

    /// <summary>Not every provider has a mark for an error, so the text says it; the exception is how Anthropic's adapter learns of it.</summary>
    private static FunctionResultContent Result(ToolResult result) => result.IsError
        ? new(result.CallId, $"Error: {result.Text}") { Exception = new InvalidOperationException() }
        : new(result.CallId, result.Text);

    private static ChatRole RoleOf(MessageRole role) => role switch
    {
        MessageRole.System => ChatRole.System,
        MessageRole.Assistant => ChatRole.Assistant,
        MessageRole.Tool => ChatRole.Tool,
        _ => ChatRole.User,
    };
}
