using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

#pragma warning disable SCME0001 // JsonPatch is marked experimental; it is the SDK's only way to send members that it does not model.

namespace Millrace.Providers.OpenAI;

/// <summary>
/// Mends three habits of OpenAI's SDK and its adapter. (1) It gets the calls of a history in its own form: the adapter would spread
/// their arguments over many lines, which are tokens too. (2) Streams end whose calls have no ids: the adapter throws when it puts such
/// a call together, behind the last frame, and we have put it together from the frames by then. (3) The thoughts of a reply go back
/// under the name that DeepSeek, Kimi and vLLM have for them, which OpenAI itself would refuse.
/// </summary>
internal sealed class ExactCallsChatClient(IChatClient inner, bool takesReasoning) : DelegatingChatClient(inner)
{
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stream = base.GetStreamingResponseAsync(messages.Select(Exact), options, cancellationToken);
        await using var updates = stream.GetAsyncEnumerator(cancellationToken);
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
        var thoughts = takesReasoning ? ThoughtsOf(message) : "";
        if (calls.Count == 0 && thoughts.Length == 0) return message;
        var native = calls.Count > 0 ? new AssistantChatMessage(calls) : new AssistantChatMessage(message.Text);
        if (calls.Count > 0 && message.Text.Length > 0) native.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        if (thoughts.Length > 0) native.Patch.Set("$.reasoning_content"u8, thoughts);
        return new ChatMessage(message.Role, message.Contents) { RawRepresentation = native };
    }

    private static string ThoughtsOf(ChatMessage message) =>
        string.Concat(message.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text));

    private static ChatToolCall Native(FunctionCallContent call)
    {
        var arguments = JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), PlainJson);
        return ChatToolCall.CreateFunctionToolCall(call.CallId, call.Name, BinaryData.FromString(arguments));
    }
}
