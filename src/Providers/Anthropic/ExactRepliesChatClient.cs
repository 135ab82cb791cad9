using System.Runtime.CompilerServices;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Millrace.Providers.Anthropic;

/// <summary>
/// Gives Anthropic's SDK the replies of a history in its own form, which it passes on as they are: from plain text it drops the white
/// space at the end, and reasoning without a text it takes for redacted. Text of nothing but white space stays with the SDK, which
/// leaves it out: the API refuses such a block.
/// </summary>
internal sealed class ExactRepliesChatClient(IChatClient inner, bool thinksFirst) : DelegatingChatClient(inner)
{
    private const string Redacted = "redacted_thinking:";

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var fitting = thinksFirst ? AnthropicThinking.Fitting(messages, options) : options;
        await foreach (var update in base.GetStreamingResponseAsync(messages.Select(Exact), fitting, cancellationToken))
        {
            for (var i = 0; i < update.Contents.Count; i++)
            {
                if (update.Contents[i] is TextReasoningContent { RawRepresentation: RedactedThinkingBlock hidden })
                    update.Contents[i] = new TextReasoningContent("") { ProtectedData = Redacted + hidden.Data };
            }
            yield return update;
        }
    }

    private static ChatMessage Exact(ChatMessage message)
    {
        if (message.Role != ChatRole.Assistant) return message;
        return new ChatMessage(message.Role, [.. message.Contents.Where(IsProven).Select(Exact)]);
    }

    /// <summary>The API refuses thoughts that are not signed: another provider's, or those of a client that has not kept the signature.</summary>
    private static bool IsProven(AIContent content) => content is not TextReasoningContent { ProtectedData: null or "" };

    private static AIContent Exact(AIContent content) => content switch
    {
        TextContent { RawRepresentation: null } text when !string.IsNullOrWhiteSpace(text.Text) =>
            new TextContent(text.Text) { RawRepresentation = Block(text) },
        TextReasoningContent { ProtectedData: { } proof } when proof.StartsWith(Redacted, StringComparison.Ordinal) =>
            new TextReasoningContent("") { RawRepresentation = HiddenBlock(proof) },
        TextReasoningContent { ProtectedData: { } proof } thought =>
            new TextReasoningContent(thought.Text) { RawRepresentation = Block(thought, proof) },
        _ => content,
    };

    private static ContentBlockParam Block(TextContent text) => new(new TextBlockParam { Text = text.Text });

    private static ContentBlockParam HiddenBlock(string proof) => new(new RedactedThinkingBlockParam(proof[Redacted.Length..]));

    private static ContentBlockParam Block(TextReasoningContent thought, string proof) =>
        new(new ThinkingBlockParam { Thinking = thought.Text, Signature = proof });
}
