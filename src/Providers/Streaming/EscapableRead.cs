using System.Threading.Tasks.Sources;

namespace Millrace.Providers.Streaming;

/// <summary>
/// Awaits reads that may never end, and lets go of one when the token fires. It is what <c>WaitAsync</c> does, but reused from read
/// to read, so that a delta allocates nothing. A read that was let go is observed to its end and then <c>abandoned</c> runs.
/// </summary>
internal sealed class EscapableRead : IValueTaskSource<bool>, IDisposable
{
    private const int Idle = 0, Waiting = 1, Escaped = 2;

    private readonly Action completed;
    private readonly Func<ValueTask> abandoned;
    private readonly CancellationToken token;
    private readonly CancellationTokenRegistration registration;
    private ManualResetValueTaskSourceCore<bool> source;
    private ValueTask<bool> pending;
    private int state;

    public EscapableRead(Func<ValueTask> abandoned, CancellationToken token)
    {
        (this.abandoned, this.token) = (abandoned, token);
        completed = Complete;
        registration = token.UnsafeRegister(static self => ((EscapableRead)self!).Escape(), this);
    }

    /// <summary>True when a read was let go: what it read from must not be touched any more.</summary>
    public bool HasEscaped => Volatile.Read(ref state) == Escaped;

    /// <summary>The outcome of <paramref name="read"/>, or cancellation when the token fires first. One read at a time.</summary>
    public ValueTask<bool> Await(ValueTask<bool> read)
    {
        if (read.IsCompleted) return read;
        source.Reset();
        pending = read;
        Volatile.Write(ref state, Waiting);
        read.GetAwaiter().UnsafeOnCompleted(completed);
        // The token may have fired between the last look at it and the line above; its registration ran into nothing then.
        if (token.IsCancellationRequested) Escape();
        return new(this, source.Version);
    }

    public void Dispose() => registration.Dispose();

    bool IValueTaskSource<bool>.GetResult(short token) => source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    private void Complete()
    {
        if (Interlocked.CompareExchange(ref state, Idle, Waiting) != Waiting)
        {
            _ = AbandonAsync();
            return;
        }

        try
        {
#pragma warning disable VSTHRD002 // This is the completion callback: there is nothing left to wait for.
            source.SetResult(pending.GetAwaiter().GetResult());
#pragma warning restore VSTHRD002
        }
        catch (Exception fault)
        {
            source.SetException(fault);
        }
    }

    private void Escape()
    {
        if (Interlocked.CompareExchange(ref state, Escaped, Waiting) != Waiting) return;
        // Not on the thread that cancels: what waits here goes on to clean up and to write to the database.
        ThreadPool.UnsafeQueueUserWorkItem(
            static self => self.source.SetException(new OperationCanceledException(self.token)), this, preferLocal: false);
    }

    private async Task AbandonAsync()
    {
        try
        {
            _ = await pending;
        }
        catch (Exception) // nobody waits for it any more; its reason was reported when it was let go
        {
        }

        try
        {
            await abandoned();
        }
        catch (Exception) // likewise
        {
        }
    }
}
