using CsCheck;
using Millrace.Engine.Limits;
using Millrace.Persistence.Limits;

namespace Millrace.Tests.Limits;

public sealed class FairShareTests
{
    private static readonly Gen<(int Limit, int[] Wants, int Turn)> Cases = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 30].Array[1, 8], Gen.Int[0, 1000]);

    [Fact]
    public void All_of_the_limit_is_given_if_it_is_wanted_and_nobody_gets_more_than_that() => Cases.Sample((limit, wants, turn) =>
    {
        var shares = Divide(limit, wants, turn);

        Assert.Equal(Math.Min(limit, wants.Sum()), shares.Sum());
        Assert.All(shares.Zip(wants), pair => Assert.InRange(pair.First, 0, pair.Second));
    });

    [Fact]
    public void Who_wants_more_than_it_gets_has_no_less_than_another_but_for_one() => Cases.Sample((limit, wants, turn) =>
    {
        var shares = Divide(limit, wants, turn);

        foreach (var (share, want) in shares.Zip(wants)) Assert.True(share == want || share >= shares.Max() - 1);
    });

    [Fact]
    public void What_cannot_be_divided_goes_round() =>
        Assert.Equal([1, 1, 1, 1], Enumerable.Range(0, 200).Select(turn => Divide(1, [5, 1, 9, 2], turn)).Aggregate((a, b) => [.. a.Zip(b, Math.Max)]));

    [Fact]
    public void Workers_that_visit_in_any_order_never_hold_more_than_the_limit_and_use_it_all() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[2, 5], Gen.Int).Sample((limit, workers, seed) =>
        {
            var (random, rows, ids) = (new Random(seed), new Dictionary<Guid, PermitRow>(), Enumerable.Range(0, workers).Select(_ => Guid.NewGuid()).ToList());
            var (inUse, want) = (ids.ToDictionary(id => id, _ => 0), ids.ToDictionary(id => id, _ => random.Next(1, 30)));
            for (var visit = 0; visit < 400; visit++)
            {
                var me = ids[random.Next(workers)];
                if (visit < 200) (inUse[me], want[me]) = (random.Next(inUse[me] + 1), random.Next(30));
                else inUse[me] = random.Next(inUse[me] + 1);
                var share = CallShare.Of(limit, "s", me, inUse[me], want[me], rows.Values, visit * Gcra.Second);
                inUse[me] += Math.Min(share.Free, want[me]);
                rows[me] = share.Row;

                Assert.True(rows.Values.Sum(row => row.Granted) <= limit);
                Assert.All(ids, id => Assert.True(inUse[id] <= (rows.GetValueOrDefault(id)?.Granted ?? 0)));
            }
        }, iter: 200);

    private static int[] Divide(int limit, int[] wants, int turn)
    {
        var workers = wants.Select((_, n) => new Guid(n + 1, 7, 9, [1, 2, 3, 4, 5, 6, 7, (byte)n])).ToArray();
        var shares = FairShare.Divide(limit, [.. workers.Zip(wants)], turn);
        return [.. workers.Select(worker => shares[worker])];
    }
}
