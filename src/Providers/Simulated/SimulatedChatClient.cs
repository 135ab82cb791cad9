using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Millrace.Providers.Failures;

namespace Millrace.Providers.Simulated;

/// <summary>
/// A chat client without a model: deterministic text at a set pace, with the tool calls and the failures that
/// <see cref="SimulatedScript"/> asks for.
/// </summary>
internal sealed class SimulatedChatClient(TimeProvider time) : IChatClient
{
    private readonly SimulatedFailures failures = new();

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var model = options?.ModelId ?? "default";
        var script = SimulatedScript.Parse(model);
        var conversation = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        var start = SimulatedText.Start(conversation, options?.Seed);
        var words = Math.Min(script.Words, options?.MaxOutputTokens ?? int.MaxValue);
        var calls = SimulatedCalls.Of(script, conversation, options);
        var pieces = calls.Count > 0 ? [] : SimulatedText.Pieces(start, words, Math.Min(script.Chunks ?? words, words));
        if (words == script.Words && SimulatedText.Told(conversation) is { Length: > 0 } told) pieces.Add($" The tools said: {told}");
        var stopped = SimulatedText.CutAtStop(pieces, options?.StopSequences);
        var fails = script.Fail is not null && failures.IsDue(start, model, script.FailTimes);

        await Task.Delay(script.First, time, cancellationToken);
        // One timer for the whole stream: thousands of streams run at the same time.
        using var pace = script.Interval > TimeSpan.Zero ? new PeriodicTimer(script.Interval, time) : null;
        for (var sent = 0; sent < pieces.Count; sent++)
        {
            if (fails && sent >= script.FailAfter) break;
            if (sent >= script.StallAfter) await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            if (sent > 0 && pace is not null) await pace.WaitForNextTickAsync(cancellationToken);
            else cancellationToken.ThrowIfCancellationRequested();
            yield return Update(model, new TextContent(pieces[sent]));
        }

        if (fails) throw Failed(script);
        if (script.StallAfter <= pieces.Count) await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        if (calls.Count > 0) yield return new(ChatRole.Assistant, [.. calls]) { ModelId = "simulated:" + model };
        if (script.Finish == "none") yield break;
        var end = Update(model, new UsageContent(Usage(conversation, pieces)));
        var isShortened = words < script.Words && !stopped;
        end.FinishReason = calls.Count > 0 && script.Finish == "stop" ? ChatFinishReason.ToolCalls : Finish(script, isShortened);
        yield return end;
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private static ChatResponseUpdate Update(string model, AIContent content) =>
        new(ChatRole.Assistant, [content]) { ModelId = "simulated:" + model };

    private static UsageDetails Usage(IEnumerable<ChatMessage> messages, IEnumerable<string> pieces)
    {
        var input = SimulatedText.CountWords(messages);
        var output = SimulatedText.CountWords([new(ChatRole.Assistant, string.Concat(pieces))]);
        return new() { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output };
    }

    private static ChatFinishReason Finish(SimulatedScript script, bool isShortened) => script.Finish switch
    {
        "contentFilter" => ChatFinishReason.ContentFilter,
        "length" => ChatFinishReason.Length,
        _ => isShortened ? ChatFinishReason.Length : ChatFinishReason.Stop,
    };

    private static ProviderException Failed(SimulatedScript script) =>
        new(new Failure(script.Fail!.Value, $"The simulated provider failed with {script.Fail} after {script.FailAfter} chunks, as its model's name asked.")
        {
            RetryAfter = script.RetryAfter,
        });
}
