using CsCheck;
using Millrace.Persistence;

namespace Millrace.Tests.Persistence;

public sealed class SlidingMinuteTests
{
    private static readonly Gen<(int Limit, List<(long Age, long Amount)> Uses)> Cases = Gen.Select(
        Gen.Int[1, 20], Gen.Select(Gen.Long[-5, 59_999], Gen.Long[0, 6]).List[0, 30],
        (limit, uses) => (limit, uses.OrderByDescending(use => use.Item1).ToList()));

    [Fact]
    public void After_the_time_that_is_told_there_is_room_and_not_a_moment_before() => Cases.Sample(given =>
    {
        var now = SlidingMinute.Of(given.Limit, given.Uses);
        Assert.Equal(now.IsFull, now.Free > TimeSpan.Zero);
        if (!now.IsFull) return;

        Assert.False(SlidingMinute.Of(given.Limit, Later(given.Uses, now.Free)).IsFull);
        Assert.True(SlidingMinute.Of(given.Limit, Later(given.Uses, now.Free - TimeSpan.FromMilliseconds(1))).IsFull);
        Assert.Empty(Later(given.Uses, now.Reset));
    });

    /// <summary>What still lies within the minute a while later. What seems to lie ahead of the clock has just been used.</summary>
    private static List<(long, long)> Later(List<(long Age, long Amount)> uses, TimeSpan after) =>
        [.. uses.Select(use => (Age: Math.Max(0, use.Age) + (long)after.TotalMilliseconds, use.Amount)).Where(use => use.Age < 60_000)];
}
