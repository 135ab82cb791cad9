using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Millrace.Worker.Providers;

/// <summary>
/// Gives OpenAI's SDK the calls of a history in its own form: its adapter would spread their arguments over many lines, which are tokens too. And lets
/// streams end whose calls have no ids: the adapter throws when it puts such a call together, behind the last frame, and we have put it together from
/// the frames by then.
/// </summary>
internal sealed class ExactCallsChatClient(IChatClient inner) : DelegatingChatClient(inner)
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

    private static ChatMessage Exact(ChatMessage message)
    {
        var calls = message.Contents.OfType<FunctionCallContent>().Select(Native).ToList();
        if (calls.Count == 0 || message.RawRepresentation is not null) return message;
        var native = new AssistantChatMessage(calls);
        if (message.Text.Length > 0) native.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        return new ChatMessage(message.Role, message.Contents) { RawRepresentation = native };
    }

    private static ChatToolCall Native(FunctionCallContent call) => ChatToolCall.CreateFunctionToolCall(
        call.CallId, call.Name, BinaryData.FromString(JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), PlainJson)));
}
