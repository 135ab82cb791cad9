using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Registry;

/// <summary>
/// Stands between an adapter and us: keeps the deadlines, leaves an adapter that does not listen, and decides whether what came is
/// complete. Every fault of it becomes a <see cref="Failure"/>, except that the caller's own cancellation stays one.
/// </summary>
internal sealed class StreamGuard : IAsyncDisposable
{
    private readonly IProviderAdapter adapter;
    private readonly Deadlines deadlines;
    private readonly ProviderCall call;
    private readonly CancellationToken caller;
    private readonly EscapableRead read;
    private readonly ToolCallAssembly calls = new();
    private readonly HalfJoiner textHalves = new();
    private readonly HalfJoiner reasoningHalves = new();
    private IAsyncEnumerator<ChatResponseUpdate>? source;
    private ChatFinishReason? finish;
    private bool hasContent;
    private bool refused;

    public StreamGuard(IProviderAdapter adapter, Deadlines deadlines, ProviderCall call, CancellationToken caller)
    {
        (this.adapter, this.deadlines, this.call, this.caller) = (adapter, deadlines, call, caller);
        read = new(DisposeSourceAsync, deadlines.Token);
    }

    /// <summary>What came before the first token; it carries ids and roles.</summary>
    public List<ChatResponseUpdate> Opening { get; } = [];

    /// <summary>True when the adapter has nothing more.</summary>
    public bool Ended { get; private set; }

    /// <summary>Sends the request and reads up to the first text, reasoning or tool call, or to the end when there is none. What went wrong, or null.</summary>
    /// <exception cref="OperationCanceledException">The caller wished it.</exception>
    public async ValueTask<Failure?> OpenAsync(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        try
        {
            ProviderCall.Current = call; // ends with this method; by then the request is on its way
            source = adapter.Client.GetStreamingResponseAsync(messages, options, deadlines.Token).GetAsyncEnumerator(deadlines.Token);
            while (!hasContent && await MoveNextAsync())
            {
                var update = Take();
                Opening.Add(update);
                hasContent = update.Contents.Any(IsToken) || !calls.IsEmpty;
            }
            deadlines.FirstTokenArrived();
            return call.Refusal;
        }
        catch (Exception fault)
        {
            return Explain(fault);
        }
    }

    /// <summary>True when there is another update to <see cref="Take"/>.</summary>
    public ValueTask<bool> MoveNextAsync()
    {
        deadlines.Token.ThrowIfCancellationRequested();
        deadlines.WaitBegins();
        return read.Await(source!.MoveNextAsync());
    }

    /// <summary>The update that was read, after a look at it.</summary>
    public ChatResponseUpdate Take()
    {
        deadlines.WaitEnds();
        var update = source!.Current;
        if (adapter.FindError(update) is { } error) throw new ProviderException(FailureTable.InStream(call, error, adapter.Options));
        if (update.FinishReason is { } reason) finish = reason;
        foreach (var piece in adapter.Calls(update)) calls.Add(piece);
        if (calls.IsTooMuch)
        {
            throw Broken(
                FailureReason.OutputLimitExceeded,
                $"called more tools with model '{call.Model}', or with longer arguments, than is allowed (128 in a step, 1000000 characters)");
        }
        Sift(update.Contents);
        JoinHalves(update);
        return update;
    }

    /// <summary>
    /// Throws unless the provider has said that this was all. The tool calls, which only now are known to be whole, and the last of the
    /// text, or null.
    /// </summary>
    public ChatResponseUpdate? End()
    {
        Ended = true;
        if (finish is null) throw Incomplete(calls.IsEmpty ? "without saying that it was complete" : "in the middle of a tool call");
        var rest = LoneHalves();
        if (!calls.IsEmpty) return new(ChatRole.Assistant, [.. rest, .. WholeCalls()]) { FinishReason = finish };
        if (finish == ChatFinishReason.ToolCalls) throw Incomplete("with a tool call that never came");
        var isHeldBack = refused || finish == ChatFinishReason.ContentFilter;
        if (!hasContent && isHeldBack)
            throw Broken(FailureReason.ContentFiltered, $"held the whole answer of model '{call.Model}' back");
        return rest.Count == 0 ? null : new(ChatRole.Assistant, rest);
    }

    /// <summary>What <paramref name="fault"/> is: which deadline it was, before what the adapter made of it.</summary>
    /// <exception cref="OperationCanceledException">The caller wished it.</exception>
    public Failure Explain(Exception fault)
    {
        caller.ThrowIfCancellationRequested();
        if (call.Refusal is { } refusal) return refusal;
        if (deadlines.Expired is { } expired) return AdapterFaults.TimedOut(call, expired, adapter.Options);
        return AdapterFaults.Explain(call, fault, adapter.FindError(fault), adapter.Options);
    }

    public async ValueTask DisposeAsync()
    {
        // A stream that is left before its end has to be closed, not drained: the provider goes on generating otherwise.
        if (!Ended) deadlines.Abort();
        read.Dispose();
        if (!read.HasEscaped) await DisposeSourceAsync();
    }

    /// <summary>A call is one that was meant only if the model came to its own end behind it.</summary>
    private IReadOnlyList<AIContent> WholeCalls()
    {
        if (finish == ChatFinishReason.ContentFilter)
            throw Broken(FailureReason.ContentFiltered, $"held a tool call of model '{call.Model}' back");
        if (finish == ChatFinishReason.Length)
        {
            throw Broken(
                FailureReason.OutputLimitExceeded,
                $"stopped model '{call.Model}' at the output limit in the middle of its tool calls; none was made. "
                + "options.maxOutputTokens sets the limit");
        }
        return calls.Whole() ?? throw Incomplete("with arguments of a tool call that are no JSON");
    }

    /// <summary>Notes a refusal, and removes calls: they are the adapter's own assembly of the same pieces.</summary>
    private void Sift(IList<AIContent> contents)
    {
        for (var i = contents.Count - 1; i >= 0; i--)
        {
            refused |= contents[i] is ErrorContent;
            if (contents[i] is FunctionCallContent) contents.RemoveAt(i);
        }
    }

    private void JoinHalves(ChatResponseUpdate update)
    {
        if (update.ModelId is { } model) update.ModelId = HalfCharacters.Whole(model);
        foreach (var content in update.Contents)
        {
            if (content is TextContent text) text.Text = textHalves.Join(text.Text);
            else if (content is TextReasoningContent reasoning) reasoning.Text = reasoningHalves.Join(reasoning.Text);
        }
    }

    /// <summary>What still waits for its other half when the answer is over.</summary>
    private List<AIContent> LoneHalves()
    {
        var rest = new List<AIContent>();
        if (reasoningHalves.End() is { Length: > 0 } reasoning) rest.Add(new TextReasoningContent(reasoning));
        if (textHalves.End() is { Length: > 0 } text) rest.Add(new TextContent(text));
        return rest;
    }

    private static bool IsToken(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0,
        TextReasoningContent reasoning => reasoning.Text.Length > 0 || reasoning.ProtectedData is { Length: > 0 },
        UsageContent or ErrorContent => false,
        _ => true,
    };

    private ProviderException Incomplete(string where) =>
        Broken(FailureReason.IncompleteStream, $"ended the stream of model '{call.Model}' {where}");

    private ProviderException Broken(FailureReason reason, string what) =>
        new(new Failure(reason, $"Provider '{call.Provider}' {what}.") { RequestId = call.RequestId });

    private async ValueTask DisposeSourceAsync()
    {
        if (source is null) return;
        try
        {
            await source.DisposeAsync();
        }
        catch (Exception) when (!Ended) // closing what is broken may fail; why it broke has been told already
        {
        }
    }
}
