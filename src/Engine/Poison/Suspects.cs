using System.Diagnostics.CodeAnalysis;
using Millrace.Persistence.Poison;

namespace Millrace.Engine.Poison;

/// <summary>
/// Who has seen workers die, and how often that is an accident. A worker that dies has a hundred things in hand, and one of them may be the cause. All of them are suspects then. Who has seen two
/// deaths runs alone among its like on a worker: the third death can be laid to it, and not to those that were only beside it. When it is refused, its deaths are explained, and the others
/// are free.
/// </summary>
/// <remarks>Alone among suspects, and not alone: nobody else waits for one of them, however long it takes.</remarks>
public sealed class Suspects(Deaths deaths) : IDisposable
{
    /// <summary>Deaths after which something is not done any more.</summary>
    public const int MostDeaths = 3;

    private readonly SemaphoreSlim runs = new(1);
    private readonly SemaphoreSlim messages = new(1);

    /// <summary>Whether something that was taken from dead workers may run here and now.</summary>
    /// <param name="lostWorkers">Whom it was taken from; absent: nobody.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "It asks and does not wait: zero is no time by any clock.")]
    public async Task<Suspicion> AskAsync(string? lostWorkers, CancellationToken cancellation)
    {
        if (lostWorkers is null) return Suspicion.None;
        var count = await deaths.CountAsync(lostWorkers, cancellation);
        if (!RunsAlone(count)) return new(count, true, null);
        var isFree = await runs.WaitAsync(0, cancellation);
        return new(count, isFree, isFree ? runs : null);
    }

    /// <summary>Waits for a message's turn, if it needs one.</summary>
    public async Task<Suspicion> WaitAsync(int count, CancellationToken cancellation)
    {
        if (!RunsAlone(count)) return new(count, true, null);
        await messages.WaitAsync(cancellation);
        return new(count, true, messages);
    }

    public void Dispose()
    {
        runs.Dispose();
        messages.Dispose();
    }

    private static bool RunsAlone(int count) => count == MostDeaths - 1;
}
