namespace Millrace.Tests.Growth;

/// <summary>How much work something makes: by what this thread allocates, which is the same on every machine, and never by the time it takes.</summary>
internal static class LinearWork
{
    /// <summary>Linear is 2 for each doubling, and lists that double their room blur it a little; a square is 4.</summary>
    private const double MostPerDoubling = 2.5;

    /// <param name="prepare">Makes what a caller sends, of so many parts, and gives what is then done with it. It must not leave this thread.</param>
    /// <param name="size">The number of parts at 1×.</param>
    public static void AssertLinear(Func<int, Action> prepare, int size)
    {
        var (one, two, four) = (Allocated(prepare(size)), Allocated(prepare(2 * size)), Allocated(prepare(4 * size)));

        Assert.True(two < MostPerDoubling * one && four < MostPerDoubling * two, $"{size} parts allocate {one} bytes, twice as many {two}, four times as many {four}");
    }

    /// <param name="count">Does it with so many parts and says how many steps it took.</param>
    /// <param name="size">The number of parts at 1×.</param>
    public static void AssertLinearSteps(Func<int, long> count, int size)
    {
        var (one, two, four) = (count(size), count(2 * size), count(4 * size));

        Assert.True(two < MostPerDoubling * one && four < MostPerDoubling * two, $"{size} parts take {one} steps, twice as many {two}, four times as many {four}");
    }

    /// <summary>The least of some times: what is made once for the process, and what a pool has lost to a collection, does not count.</summary>
    private static long Allocated(Action work)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
