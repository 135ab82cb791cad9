using Microsoft.Extensions.AI;
using OllamaSharp.Models.Chat;
using Role = OllamaSharp.Models.Chat.ChatRole;

namespace Millrace.Providers.Ollama;

/// <summary>
/// A conversation in Ollama's form. The SDK's own mapping packs a tool's result and an id that Ollama does not know into a JSON text,
/// and does not name the tool.
/// </summary>
internal static class OllamaMessages
{
    private static readonly Microsoft.Extensions.AI.ChatRole UserRole = Microsoft.Extensions.AI.ChatRole.User;

    public static IEnumerable<Message> Of(IEnumerable<ChatMessage> messages)
    {
        var called = new Dictionary<string, string>();
        foreach (var message in messages)
        {
            var calls = message.Contents.OfType<FunctionCallContent>().ToList();
            foreach (var call in calls) called[call.CallId] = call.Name;
            var images = ImagesOf(message);
            var isSent = message.Text.Length > 0 || calls.Count > 0 || images.Length > 0 || message.Role == UserRole;
            if (isSent)
            {
                yield return new Message
                {
                    Role = new Role(message.Role.Value),
                    Content = message.Text,
                    Thinking = Thoughts(message),
                    Images = images.Length > 0 ? images : null,
                    ToolCalls = calls.Count > 0 ? calls.Select(Call) : null,
                };
            }
            foreach (var result in message.Contents.OfType<FunctionResultContent>()) yield return Answer(result, called);
        }
    }

    private static string[] ImagesOf(ChatMessage message) =>
    [
        .. message.Contents.OfType<DataContent>()
            .Where(data => data.HasTopLevelMediaType("image"))
            .Select(image => image.Base64Data.ToString()),
    ];

    private static Message Answer(FunctionResultContent result, Dictionary<string, string> called) => new()
    {
        Role = Role.Tool,
        Content = result.Result as string ?? "",
        ToolName = called.GetValueOrDefault(result.CallId),
    };

    private static string? Thoughts(ChatMessage message)
    {
        var thoughts = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text));
        return thoughts.Length > 0 ? thoughts : null;
    }

    private static Message.ToolCall Call(FunctionCallContent call, int index) => new()
    {
        Id = call.CallId,
        Function = new() { Index = index, Name = call.Name, Arguments = call.Arguments ?? new Dictionary<string, object?>() },
    };
}
