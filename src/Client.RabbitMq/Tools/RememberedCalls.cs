using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>
/// The calls of a tool that run in this process, and the last ones that have ended, so that one which is delivered again is not made again. Bounded by
/// number and by length; safe for concurrent use.
/// </summary>
internal sealed class RememberedCalls(int most = 1_000, long mostCharacters = 10_000_000)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(Guid, string), Task<ToolCallCompleted?>> byKey = [];
    private readonly Queue<((Guid, string) Key, int Characters)> ended = new();
    private long characters;

    /// <summary>The call, if it is known; else begins it.</summary>
    public Task<ToolCallCompleted?> GetOrBegin(
        ToolCallRequested asked, Func<Task<ToolCallCompleted?>> begin, out bool known)
    {
        var key = (asked.GenerationId, asked.IdempotencyKey);
        lock (gate)
        {
            known = byKey.TryGetValue(key, out var call);
            if (known)
                return call!;
            call = begin();
            byKey.Add(key, call);
            _ = ForgetInTimeAsync(key, call);
            return call;
        }
    }

    /// <summary>One that was broken off is forgotten at once: it has to be made again.</summary>
    private async Task ForgetInTimeAsync((Guid, string) key, Task<ToolCallCompleted?> call)
    {
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        var answer = call.IsCompletedSuccessfully ? await call : null;
        lock (gate)
        {
            if (!call.IsCompletedSuccessfully)
            {
                byKey.Remove(key);
                return;
            }

            var length = (answer?.Result ?? answer?.Error ?? "").Length;
            ended.Enqueue((key, length));
            characters += length;
            while (ended.Count > most || (characters > mostCharacters && ended.Count > 1))
            {
                var oldest = ended.Dequeue();
                characters -= oldest.Characters;
                byKey.Remove(oldest.Key);
            }
        }
    }
}
