using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Poison;

namespace Millrace.Engine.Poison;

/// <summary>
/// Writes down which messages this worker has in hand, before it works on them. All of them stand in one row, so one statement is enough for all that come while the
/// one before is on its way; the end of a message costs nothing, it is left out of the next. Any thread.
/// </summary>
public sealed class InFlightLog(InFlightStore store, DatabaseOutage outage, WorkerIdentity worker)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> messages = new(StringComparer.Ordinal);
    private TaskCompletionSource? wanted;
    private bool isWriting;
    private bool isStale;

    /// <summary>Writes so far.</summary>
    public int Writes { get; private set; }

    /// <summary>Returns when the database has it. Until what it returns is disposed, this worker's death is laid to the message.</summary>
    public async Task<IDisposable> EnterAsync(string message, CancellationToken cancellation)
    {
        var entry = new Entry(this, message);
        try
        {
            await Add(message).WaitAsync(cancellation);
            return entry;
        }
        catch
        {
            entry.Dispose();
            throw;
        }
    }

    /// <summary>Takes out of the row what has ended, if nothing else has: an idle worker's death is nobody's fault.</summary>
    public Task TidyAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (!isStale) return Task.CompletedTask;
            return Write().WaitAsync(cancellation);
        }
    }

    private Task Add(string message)
    {
        lock (gate)
        {
            messages[message] = messages.GetValueOrDefault(message) + 1;
            return Write();
        }
    }

    private void Remove(string message)
    {
        lock (gate)
        {
            isStale = true;
            if (--messages[message] == 0) messages.Remove(message);
        }
    }

    /// <summary>Under the gate. The write that is on its way does not have it; the next one does.</summary>
    private Task Write()
    {
        wanted ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        var written = wanted.Task;
        if (!isWriting) _ = Task.Run(WriteAllAsync, CancellationToken.None);
        isWriting = true;
        return written;
    }

    private async Task WriteAllAsync()
    {
        while (Next() is { } next)
        {
            try
            {
                await outage.WaitOutAsync(token => store.WriteAsync(worker.Id, next.Row, token), CancellationToken.None);
                next.Written.SetResult();
            }
            catch (Exception fault) // those who wait must hear of it, and their messages come back
            {
                next.Written.SetException(fault);
            }
        }
    }

    private (TaskCompletionSource Written, string Row)? Next()
    {
        lock (gate)
        {
            isWriting = wanted is not null;
            if (wanted is not { } written) return null;
            (wanted, isStale) = (null, false);
            Writes++;
            return (written, string.Join(' ', messages.Keys));
        }
    }

    private sealed class Entry(InFlightLog log, string message) : IDisposable
    {
        public void Dispose() => log.Remove(message);
    }
}
