using System.Diagnostics.CodeAnalysis;
using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>
/// What a handle has still to tell the workers about its session: that it is to be made, and messages for it. It goes out in order, before anything
/// else that the handle does. What was refused or not answered stays and goes out with the next call, so nothing ever overtakes it.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore has nothing to dispose of: nobody asks for its wait handle.")]
internal sealed class SessionOutbox(SessionAsker asker, SessionRequested about, SessionRequested? creation)
{
    private readonly Lock gate = new();
    private readonly LinkedList<SessionMessage> waiting = []; // taken from both ends
    private readonly SemaphoreSlim oneAtATime = new(1);
    private SessionRequested? next = creation;
    private long added;
    private long taken;

    public void Add(SessionMessage message)
    {
        lock (gate)
        {
            waiting.AddLast(message);
            added++;
        }
    }

    /// <summary>Takes back the message that was added last, if it is the user's and has not gone out.</summary>
    public SessionMessage? TakeLastOfUser()
    {
        lock (gate)
        {
            if (waiting.Last?.Value is not { Role: MessageRole.User } last)
                return null;
            waiting.RemoveLast();
            added--;
            return last;
        }
    }

    /// <summary>Sends what there is at the time of this call, when the function is called; what is added in between waits for another.</summary>
    public Func<CancellationToken, Task> Seal()
    {
        lock (gate)
        {
            var through = added;
            return cancellationToken => SendAsync(through, cancellationToken);
        }
    }

    private async Task SendAsync(long through, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            while (Next(through) is { } request)
            {
                await asker.AskAsync(request, cancellationToken);
                Set(null);
            }
        }
        catch (SessionException)
        {
            // It was answered, so trying again is another question. One without an answer is repeated as the same
            Set(next! with { RequestId = asker.NewId() });
            throw;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private SessionRequested? Next(long through)
    {
        lock (gate)
        {
            if (next is not null || waiting.Count == 0 || taken >= through)
                return next;
            var batch = MessageBatch.First(waiting.Take((int)Math.Min(through - taken, waiting.Count)));
            foreach (var _ in batch) waiting.RemoveFirst();
            taken += batch.Count;
            return next = about with { RequestId = asker.NewId(), Operation = SessionOperation.Append, Messages = batch };
        }
    }

    private void Set(SessionRequested? request)
    {
        lock (gate)
            next = request;
    }
}
