using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Millrace.Worker.Providers;

/// <summary>
/// Gives Anthropic's SDK the replies of a history in its own form, which it passes on as they are; from plain text it drops the white
/// space at the end. A reply of nothing but white space stays with the SDK, which leaves it out: the API refuses such a block.
/// </summary>
internal sealed class ExactRepliesChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(messages.Select(Exact), options, cancellationToken);

    private static ChatMessage Exact(ChatMessage message) =>
        message.Role == ChatRole.Assistant && !string.IsNullOrWhiteSpace(message.Text)
            ? new ChatMessage(message.Role, [.. message.Contents.Select(Exact)])
            : message;

    private static AIContent Exact(AIContent content) => content is TextContent { RawRepresentation: null } text
        ? new TextContent(text.Text) { RawRepresentation = new ContentBlockParam(new TextBlockParam { Text = text.Text }) }
        : content;
}
