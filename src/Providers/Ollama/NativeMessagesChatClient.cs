using Microsoft.Extensions.AI;
using OllamaSharp.Models.Chat;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace Millrace.Providers.Ollama;

/// <summary>Gives OllamaSharp the conversation in its own form, which it passes on as it is.</summary>
internal sealed class NativeMessagesChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var native = options?.Clone() ?? new ChatOptions();
        var begun = native.RawRepresentationFactory;
        IEnumerable<ChatMessage> all = native.Instructions is { } told ? [new(ChatRole.System, told), .. messages] : messages;
        native.Instructions = null; // the SDK would put them behind the conversation
        native.RawRepresentationFactory = client =>
        {
            var request = begun?.Invoke(client) as ChatRequest ?? new ChatRequest();
            request.Messages = [.. OllamaMessages.Of(all)];
            return request;
        };
        return base.GetStreamingResponseAsync([], native, cancellationToken);
    }
}
