using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Commit;

namespace Millrace.Engine.Recovery;

/// <summary>
/// Runs the parts of a sweep, each with a deadline: a broker, a database or a row that makes one of them fail does not keep the others waiting.
/// </summary>
internal sealed partial class SweepRound(DatabaseOutage outage, FleetMetrics metrics, TimeProvider time, ILogger<RecoveryService> log)
{
    /// <summary>How long a ticket or an announcement may be on its way before another is sent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long one part, or one row, may wait for the broker or the database before the next has its turn.</summary>
    private static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(10);

    private readonly RowLoop rows = new(outage, time, log);

    /// <summary>Runs one part. What fails is logged, and tried again with the next round.</summary>
    public async Task TryAsync(string what, Func<CancellationToken, Task> part, CancellationToken stopping)
    {
        using var deadline = Deadline.After(LongestPart, time, stopping);
        try
        {
            await part(deadline.Token);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested && (deadline.HasPassed || outage.IsTransient(fault)))
        {
            LogAway(what, fault.GetType().Name);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFailed(fault, what);
        }
    }

    /// <summary>Finds rows and does the work of each, whatever becomes of the others. A row that failed a moment ago is left for later.</summary>
    public async Task EachAsync<T>(
        string what, Func<CancellationToken, Task<List<T>>> find, Func<T, object> idOf, Func<T, CancellationToken, Task> work, CancellationToken stopping)
    {
        List<T> found = [];
        await TryAsync(what, async token => found = await find(token), stopping);
        found.RemoveAll(row => rows.IsAside(what, idOf(row)));
        metrics.Found(found.Count, what);
        await EachOfAsync(what, found, idOf, work, stopping);
    }

    /// <summary>Does the work of each row that is given, whatever becomes of the others.</summary>
    public Task EachOfAsync<T>(string what, IEnumerable<T> found, Func<T, object> idOf, Func<T, CancellationToken, Task> work, CancellationToken stopping) =>
        rows.EachAsync(what, found, idOf, work, LongestPart, stopping);

    [LoggerMessage(LogLevel.Warning, "A sweep could not be made ({What}: {Fault})")]
    private partial void LogAway(string what, string fault);

    [LoggerMessage(LogLevel.Error, "A sweep failed ({What})")]
    private partial void LogFailed(Exception fault, string what);
}
