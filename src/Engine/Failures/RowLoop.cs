using Millrace.Contracts;
using Millrace.Persistence.Commit;

namespace Millrace.Engine.Failures;

/// <summary>
/// A loop over rows that none of them stops. One whose work fails is told of with its id and the stack, and set aside: for a minute, then for twice as long each time, up to an hour. What fails because
/// the database or the broker is away is nobody's fault, and its turn comes with the next round. Used by one loop at a time.
/// </summary>
internal sealed partial class RowLoop(DatabaseOutage outage, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<(string What, object Id), (int Faults, long Since)> aside = [];

    /// <summary>True when the row is not to be looked at yet.</summary>
    public bool IsAside(string what, object id) => aside.TryGetValue((what, id), out var found) && time.GetElapsedTime(found.Since) < PauseAfter(found.Faults);

    /// <summary>Does the work of each row that is not set aside.</summary>
    /// <param name="what">The kind of work, for the log.</param>
    /// <param name="rows">Which.</param>
    /// <param name="idOf">A row's id.</param>
    /// <param name="work">Its work. Its token fires after <paramref name="patience"/>.</param>
    /// <param name="patience">How long one row may take.</param>
    /// <param name="stopping">Ends all of it.</param>
    public async Task EachAsync<T>(string what, IEnumerable<T> rows, Func<T, object> idOf, Func<T, CancellationToken, Task> work, TimeSpan patience, CancellationToken stopping)
    {
        foreach (var row in rows) await TryAsync(what, idOf(row), token => work(row, token), patience, stopping);
    }

    /// <summary>Does the work of one row. False if it failed, or the row is set aside.</summary>
    public async Task<bool> TryAsync(string what, object id, Func<CancellationToken, Task> work, TimeSpan patience, CancellationToken stopping)
    {
        if (IsAside(what, id)) return false;
        using var deadline = Deadline.After(patience, time, stopping);
        try
        {
            await work(deadline.Token);
            aside.Remove((what, id));
            return true;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested && (deadline.HasPassed || outage.IsTransient(fault)))
        {
            LogLater(what, id, fault.GetType().Name);
            return false;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            SetAside(what, id, fault);
            return false;
        }
    }

    /// <summary>For a fault that is known to be a row's.</summary>
    public void SetAside(string what, object id, Exception fault)
    {
        var faults = aside.TryGetValue((what, id), out var before) ? before.Faults + 1 : 1;
        foreach (var gone in aside.Where(entry => time.GetElapsedTime(entry.Value.Since) > 2 * Longest).Select(entry => entry.Key).ToList()) aside.Remove(gone);
        aside[(what, id)] = (faults, time.GetTimestamp());
        LogSetAside(fault, what, id, PauseAfter(faults));
    }

    private static TimeSpan PauseAfter(int faults)
    {
        var pause = Shortest * Math.Pow(2, Math.Min(faults - 1, 10));
        return pause < Longest ? pause : Longest;
    }

    [LoggerMessage(LogLevel.Warning, "{What} of {Id} has to wait ({Fault})")]
    private partial void LogLater(string what, object id, string fault);

    [LoggerMessage(LogLevel.Error, "{What} of {Id} failed; it is set aside for {Pause}, the others go on")]
    private partial void LogSetAside(Exception fault, string what, object id, TimeSpan pause);
}
