using Microsoft.Extensions.AI;
using OllamaSharp.Models.Chat;

namespace Millrace.Worker.Providers;

/// <summary>Gives OllamaSharp the conversation in its own form, which it passes on as it is.</summary>
internal sealed class NativeMessagesChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var native = options?.Clone() ?? new ChatOptions();
        var begun = native.RawRepresentationFactory;
        native.RawRepresentationFactory = client =>
        {
            var request = begun?.Invoke(client) as ChatRequest ?? new ChatRequest();
            request.Messages = [.. OllamaMessages.Of(messages)];
            return request;
        };
        return base.GetStreamingResponseAsync([], native, cancellationToken);
    }
}
