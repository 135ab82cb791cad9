namespace Millrace.Engine.Dispatch;

/// <summary>
/// Sends the tickets of generations that this worker has parked for a limit when their time has come: to the moment, since a unit of the budget is waiting. Of what this worker
/// forgets, because it ends or there are too many, the sweeper thinks, up to a second later.
/// </summary>
public sealed class ParkedWakeups(TicketSender tickets, TimeProvider time) : IDisposable
{
    private const int Most = 10_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource end = new();
    private int pending;

    public void Plan(Guid generation, string lane, TimeSpan delay)
    {
        if (delay > Longest || Volatile.Read(ref pending) >= Most) return;
        Interlocked.Increment(ref pending);
        _ = SendAsync(generation, lane, delay);
    }

    public void Dispose()
    {
        end.Cancel();
        end.Dispose();
    }

    private async Task SendAsync(Guid generation, string lane, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, end.Token);
            await tickets.SendAsync(generation, lane, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        finally
        {
            Interlocked.Decrement(ref pending);
        }
    }
}
