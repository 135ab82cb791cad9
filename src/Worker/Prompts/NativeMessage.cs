using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Worker.Attachments;
using Millrace.Worker.Providers;
using Millrace.Worker.Tools;

namespace Millrace.Worker.Prompts;

/// <summary>Messages in the form that the providers' adapters know.</summary>
internal static class NativeMessage
{
    /// <summary>Nothing for a message that says nothing: a reply that was cancelled before its first word stands in the transcript, and providers refuse empty messages.</summary>
    public static IEnumerable<ChatMessage> Of(SessionMessage message)
    {
        List<AIContent> contents =
        [
            .. AttachmentContents.Of(message.Text, message.Attachments),
            .. (message.ToolCalls ?? []).Select(Call),
            .. (message.ToolResults ?? []).Select(Result),
        ];
        if (contents.Count > 0) yield return new ChatMessage(RoleOf(message.Role), contents);
    }

    /// <summary>A step of the generation itself. The provider whose reasoning it is gets it back; to another it would mean nothing.</summary>
    public static IEnumerable<ChatMessage> Of(RunStep step, Guid generation, string provider)
    {
        foreach (var message in step.Messages(generation).SelectMany(Of))
        {
            if (message.Role == ChatRole.Assistant && step.Provider == provider)
            {
                var proven = (step.Content.Reasoning ?? []).Where(reasoning => reasoning.Proof is not null);
                message.Contents = [.. proven.Select(Reasoned), .. message.Contents];
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
