using Microsoft.Extensions.Options;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;

namespace Millrace.Engine.Batches;

/// <summary>
/// The clock of bulk work, on every worker: (1) count what has ended, (2) let others go in its place; beside it files are checked. Each step is a transaction that
/// any worker may make, so that it matters to nobody which of them dies.
/// </summary>
internal sealed partial class BulkService(
    BulkFeeder feeder, BatchTally tally, BatchValidator validator, BulkSignal signal, DatabaseOutage outage, IOptions<MillraceOptions> options, TimeProvider time, ILogger<BulkService> log) : BackgroundService
{
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(CountAndFeedAsync, options.Value.Batches.Interval, signal.WaitAsync, stoppingToken),
        RepeatAsync(validator.CheckNextAsync, TimeSpan.Zero, DelayAsync, stoppingToken));

    /// <summary>Each by itself: what cannot be counted does not keep others from going.</summary>
    private async Task<bool> CountAndFeedAsync(CancellationToken cancellation)
    {
        var counts = await TryAsync(tally.CountAsync, cancellation);
        var feeds = await TryAsync(feeder.FeedAsync, cancellation);
        await tally.TellAsync(cancellation);
        return counts || feeds;
    }

    /// <summary>Again after the interval while there is something to do; else after a second, or as soon as <paramref name="idle"/> ends.</summary>
    private async Task RepeatAsync(
        Func<CancellationToken, Task<bool>> work, TimeSpan interval, Func<TimeSpan, CancellationToken, Task> idle, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await TryAsync(work, stopping)) await DelayAsync(interval, stopping);
            else await idle(IdleInterval, stopping);
        }
    }

    private Task DelayAsync(TimeSpan span, CancellationToken stopping) => Task.Delay(span, time, stopping);

    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> work, CancellationToken stopping)
    {
        try
        {
            return await work(stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested && outage.IsTransient(fault)) // the next round tries again
        {
            LogAway(fault.GetType().Name);
            return false;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFailed(fault);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A round of bulk work could not be made ({Fault})")]
    private partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Error, "A round of bulk work failed")]
    private partial void LogFailed(Exception fault);
}
