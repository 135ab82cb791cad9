using System.Collections.Concurrent;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Execution;

/// <summary>The generations that this worker runs.</summary>
public sealed class RunSet(RunExecutor executor, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan HandBackTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, (Run Run, Task Ended)> running = new();
    private readonly CancellationTokenSource abandon = new();

    private volatile bool handingBack;

    public int Count => running.Count;

    /// <summary>True when this worker takes no more generations.</summary>
    public bool IsClosing { get; private set; }

    public void Close() => IsClosing = true;

    public Run? Find(Guid generation) => running.TryGetValue(generation, out var found) ? found.Run : null;

    /// <summary>Runs a claimed generation to its end, wherever that is, and frees the lane's slot then.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="lane">Whose slot it has.</param>
    /// <param name="term">The term of the worker's lease before the claim; null if there was none.</param>
    /// <exception cref="System.Text.Json.JsonException">What is stored of it cannot be read. Nothing runs, and the slot is not freed.</exception>
    public Task Start(Claim claim, Lane lane, long? term)
    {
        var run = new Run(claim, time, abandon.Token) { ClaimTerm = term };
        if (running.TryGetValue(run.Id, out var older)) older.Run.Stop(StopCause.Fenced);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = RunAsync(run, lane, begin.Task);
        running[run.Id] = (run, ended);
        if (handingBack) run.Stop(StopCause.HandBack);
        begin.SetResult();
        return ended;
    }

    /// <summary>Waits for all to end by themselves. False when some still run after <paramref name="patience"/>.</summary>
    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        try
        {
            await Task.WhenAll(running.Values.Select(entry => entry.Ended)).WaitAsync(patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Stops all, so that other workers can run them.</summary>
    public async Task HandBackAsync()
    {
        handingBack = true;
        foreach (var (run, _) in running.Values) run.Stop(StopCause.HandBack);
        if (!await DrainAsync(HandBackTime)) await abandon.CancelAsync();
    }

    public void Dispose() => abandon.Dispose();

    private async Task RunAsync(Run run, Lane lane, Task begin)
    {
        await begin;
        try
        {
            await executor.RunAsync(run);
        }
        finally
        {
            if (running.TryGetValue(run.Id, out var mine) && mine.Run == run) running.TryRemove(new(run.Id, mine));
            lane.FreeSlot();
            run.Dispose();
        }
    }
}
