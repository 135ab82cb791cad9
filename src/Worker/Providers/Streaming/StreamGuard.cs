using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Worker.Providers;

/// <summary>
/// Stands between an adapter and us: keeps the deadlines, leaves an adapter that does not listen, and decides whether what came is
/// complete. Every fault of it becomes a <see cref="ProviderException"/>, except that the caller's own cancellation stays one.
/// </summary>
internal sealed class StreamGuard : IAsyncDisposable
{
    private readonly IProviderAdapter adapter;
    private readonly Deadlines deadlines;
    private readonly ProviderCall call;
    private readonly CancellationToken caller;
    private readonly EscapableRead read;
    private IAsyncEnumerator<ChatResponseUpdate>? source;
    private ChatFinishReason? finish;
    private bool hasContent;
    private bool refused;
    private bool calledTools;

    public StreamGuard(IProviderAdapter adapter, Deadlines deadlines, ProviderCall call, CancellationToken caller)
    {
        (this.adapter, this.deadlines, this.call, this.caller) = (adapter, deadlines, call, caller);
        read = new(DisposeSourceAsync, deadlines.Token);
    }

    /// <summary>What came before the first token; it carries ids and roles.</summary>
    public List<ChatResponseUpdate> Opening { get; } = [];

    /// <summary>True when the adapter has nothing more.</summary>
    public bool Ended { get; private set; }

    /// <summary>Sends the request and reads up to the first text, reasoning or tool call, or to the end when there is none.</summary>
    public async ValueTask OpenAsync(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        try
        {
            ProviderCall.Current = call; // ends with this method; by then the request is on its way
            source = adapter.Client.GetStreamingResponseAsync(messages, options, deadlines.Token).GetAsyncEnumerator(deadlines.Token);
            while (!hasContent && await MoveNextAsync())
            {
                var update = Take();
                Opening.Add(update);
                hasContent = update.Contents.Any(IsToken) || adapter.IsToolFragment(update);
            }
            deadlines.FirstTokenArrived();
        }
        catch (Exception fault)
        {
            throw Explain(fault);
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
        if (adapter.FindError(update) is { } error) throw FailureTable.InStream(call, error);
        if (update.FinishReason is { } reason) finish = reason;
        for (var i = 0; i < update.Contents.Count; i++)
        {
            if (update.Contents[i] is FunctionCallContent { Exception: not null } or FunctionCallContent { Arguments: null })
                throw Incomplete("in the middle of a tool call");
            refused |= update.Contents[i] is ErrorContent;
            calledTools |= update.Contents[i] is FunctionCallContent;
        }
        return update;
    }

    /// <summary>Throws unless the provider has said that this was all.</summary>
    public void End()
    {
        Ended = true;
        if (finish is null) throw Incomplete("without saying that it was complete");
        // One adapter loses a call that breaks off without a word; the reason still tells of it.
        if (finish == ChatFinishReason.ToolCalls && !calledTools) throw Incomplete("with a tool call that never came");
        if (!hasContent && (refused || finish == ChatFinishReason.ContentFilter))
            throw Failure(FailureReason.ContentFiltered, $"held the whole answer of model '{call.Model}' back");
    }

    /// <summary>What to throw for <paramref name="fault"/>: whose wish or which deadline it was, before what the adapter made of it.</summary>
    public Exception Explain(Exception fault)
    {
        if (caller.IsCancellationRequested) return new OperationCanceledException(caller);
        if (deadlines.Expired is { } expired) return AdapterFaults.TimedOut(call, expired, adapter.Options);
        return AdapterFaults.Explain(call, fault, adapter.FindError(fault));
    }

    public async ValueTask DisposeAsync()
    {
        // A stream that is left before its end has to be closed, not drained: the provider goes on generating otherwise.
        if (!Ended) deadlines.Abort();
        read.Dispose();
        if (!read.HasEscaped) await DisposeSourceAsync();
    }

    private static bool IsToken(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0,
        TextReasoningContent reasoning => reasoning.Text.Length > 0 || reasoning.ProtectedData is { Length: > 0 },
        UsageContent or ErrorContent => false,
        _ => true,
    };

    private ProviderException Incomplete(string where) =>
        Failure(FailureReason.IncompleteStream, $"ended the stream of model '{call.Model}' {where}");

    private ProviderException Failure(FailureReason reason, string what) =>
        new(reason, $"Provider '{call.Provider}' {what}.") { RequestId = call.RequestId };

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
