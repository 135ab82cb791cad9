namespace Millrace.Persistence.Commit;

/// <summary>Does all of several things, also when one of them fails.</summary>
internal static class EachInTurn
{
    /// <exception cref="AggregateException">At the end: what has failed.</exception>
    public static async Task DoAsync<T>(IEnumerable<T> rows, Func<T, Task> work, CancellationToken cancellation)
    {
        var faults = new List<Exception>();
        foreach (var row in rows)
        {
            try
            {
                await work(row);
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested)
            {
                faults.Add(fault);
            }
        }
        if (faults.Count > 0) throw new AggregateException(faults);
    }
}
