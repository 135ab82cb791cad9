using CsCheck;
using Millrace.Engine.Batches;
using Millrace.Persistence.Batches;

namespace Millrace.Tests.Batches;

public sealed class SharesTests
{
    private static readonly Gen<Shares.Claimant> Claimants = Gen.Select(Gen.Int[1, 100], Gen.Long[0, 2000], (weight, wants) => new Shares.Claimant(weight, wants));

    [Fact]
    public void A_whole_is_given_out_as_far_as_it_is_wanted_and_nobody_gets_more_than_it_wants() => Gen.Select(Gen.Int[0, 5000], Claimants.Array[0, 12]).Sample((whole, claimants) =>
    {
        var shares = Shares.Fill(whole, claimants);
        Assert.All(shares.Zip(claimants), pair => Assert.InRange(pair.First, 0, pair.Second.Wants));
        Assert.Equal(Math.Min(whole, claimants.Sum(claimant => claimant.Wants)), shares.Sum());
    });

    [Fact]
    public void Those_who_want_more_than_their_share_get_what_their_weight_says() => Gen.Select(Gen.Int[100, 5000], Gen.Int[1, 20].Array[1, 6]).Sample((whole, weights) =>
    {
        var shares = Shares.Fill(whole, [.. weights.Select(weight => new Shares.Claimant(weight, int.MaxValue))]);
        var unit = (double)whole / weights.Sum();
        Assert.All(shares.Zip(weights), pair => Assert.InRange(pair.First, Math.Floor(unit * pair.Second) - weights.Sum(), Math.Ceiling(unit * pair.Second) + weights.Sum()));
    });

    [Fact]
    public void A_small_batch_beside_a_huge_one_gets_half_of_the_window()
    {
        var (huge, small) = (new OffLane("acme", Guid.NewGuid(), "m", 1, 100_000), new OffLane("beta", Guid.NewGuid(), "m", 1, 500));

        var alone = Shares.Plan(256, [], [huge], _ => 1);
        Assert.Equal(256, Assert.Single(alone).Count);

        // The huge one holds the whole window; the small one gets its first turn at once, and its half as the window drains
        Assert.Equal([128], Shares.Plan(256, [new("acme", huge.Batch, "m", 256)], [huge, small], _ => 1).Select(portion => portion.Count));
        Assert.Equal([28, 128], Shares.Plan(256, [new("acme", huge.Batch, "m", 100)], [huge, small], _ => 1).Select(portion => portion.Count).Order());
    }

    [Fact]
    public void Weights_divide_between_tenants_first_and_then_between_a_tenants_batches()
    {
        var (one, two, other) = (new OffLane("acme", Guid.NewGuid(), "m", 1, 9999), new OffLane("acme", Guid.NewGuid(), "m", 3, 9999), new OffLane("beta", null, null, 1, int.MaxValue));

        var portions = Shares.Plan(400, [], [one, two, other], tenant => tenant == "acme" ? 3 : 1).ToDictionary(portion => portion.Of, portion => portion.Count);

        Assert.Equal((75, 225, 100), (portions[one], portions[two], portions[other]));
    }

    [Fact]
    public void Whoever_has_nothing_out_gets_something_also_when_the_window_is_full() => Gen.Int[1, 40].Sample(tenants =>
    {
        OffLane[] waiting = [.. Enumerable.Range(0, tenants).Select(n => new OffLane($"t{n}", null, null, 1, int.MaxValue))];
        Assert.Equal(tenants, Shares.Plan(8, [new("hog", null, "m", 1000)], waiting, _ => 1).Count);
    });
}
