using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Millrace.Worker.Providers;

/// <summary>
/// Lets streams end whose tool calls have no ids. OpenAI's adapter throws when it puts such a call together, behind the last frame; we have put it
/// together from the frames by then.
/// </summary>
internal sealed class NamelessCallsChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
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
}
