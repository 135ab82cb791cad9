using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

#pragma warning disable SCME0001 // JsonPatch is marked experimental; it is the SDK's only way to send members that it does not model.

namespace Millrace.Providers.OpenAI;

/// <summary>
/// Gives OpenAI's SDK the calls of a history in its own form: its adapter would spread their arguments over many lines, which are tokens too. And lets
/// streams end whose calls have no ids: the adapter throws when it puts such a call together, behind the last frame, and we have put it together from
/// the frames by then. And gives the thoughts of a reply back under the name that DeepSeek, Kimi and vLLM have for them, which OpenAI itself would refuse.
/// </summary>
internal sealed class ExactCallsChatClient(IChatClient inner, bool takesReasoning) : DelegatingChatClient(inner)
{
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = base.GetStreamingResponseAsync(messages.Select(Exact), options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync()) break;
            }
            catch (ArgumentNullException missing) when (missing.ParamName == "callId")
            {
                break;
            }
            yield return updates.Current;
        }
    }

    private ChatMessage Exact(ChatMessage message)
    {
        if (message.Role != ChatRole.Assistant || message.RawRepresentation is not null) return message;
        var calls = message.Contents.OfType<FunctionCallContent>().Select(Native).ToList();
        var thoughts = takesReasoning ? string.Concat(message.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text)) : "";
        if (calls.Count == 0 && thoughts.Length == 0) return message;
        var native = calls.Count > 0 ? new AssistantChatMessage(calls) : new AssistantChatMessage(message.Text);
        if (calls.Count > 0 && message.Text.Length > 0) native.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        if (thoughts.Length > 0) native.Patch.Set("$.reasoning_content"u8, thoughts);
        return new ChatMessage(message.Role, message.Contents) { RawRepresentation = native };
    }

    private static ChatToolCall Native(FunctionCallContent call) => ChatToolCall.CreateFunctionToolCall(
        call.CallId, call.Name, BinaryData.FromString(JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), PlainJson)));
}
