namespace Millrace.Providers.Schemas;

/// <summary>
/// Where values are checked against schemas: never on the thread that reads a queue. Nearly all checks are done at once. One that turns out to be long begins anew
/// when it has its turn among the long ones, which have half of the processors; so nobody's short check waits for somebody's long one.
/// </summary>
public static class FormThreads
{
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <exception cref="SchemaWorkException">It takes more than any check may.</exception>
    /// <exception cref="OperationCanceledException">The token fired; the check itself ends within a few thousand steps.</exception>
    public static async Task<T> RunAsync<T>(Func<StepBudget, T> check, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(() => check(StepBudget.Quick(cancellation)), cancellation).WaitAsync(cancellation);
        }
        catch (SchemaWorkException)
        {
            await Turns.WaitAsync(cancellation);
        }
        // Not given up with the waiting: the turn is over when the work is
        var running = Task.Run(() => RunInTurn(check, cancellation), CancellationToken.None);
        return await running.WaitAsync(cancellation);
    }

    private static T RunInTurn<T>(Func<StepBudget, T> check, CancellationToken cancellation)
    {
        try
        {
            return check(StepBudget.Whole(cancellation));
        }
        finally
        {
            Turns.Release();
        }
    }
}
