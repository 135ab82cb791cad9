using Millrace.Persistence.Batches;

namespace Millrace.Engine.Batches;

/// <summary>
/// Who may have how much of a lane's window: tenants take turns by weight, and a tenant's batches among themselves. What one does not need is the others'. Whoever
/// wants something gets at least one. Pure.
/// </summary>
internal static class Shares
{
    /// <param name="window">How many may be out.</param>
    /// <param name="flying">What is out.</param>
    /// <param name="waiting">What could go.</param>
    /// <param name="weightOf">A tenant's weight, at least 1.</param>
    public static IReadOnlyList<Portion> Plan(int window, IReadOnlyList<OnLane> flying, IReadOnlyList<OffLane> waiting, Func<string, int> weightOf)
    {
        var tenants = waiting.GroupBy(source => source.Tenant, StringComparer.Ordinal).ToList();
        var idle = window - (int)flying.Where(on => tenants.TrueForAll(tenant => tenant.Key != on.Tenant)).Sum(on => on.Count); // what others have out they keep
        var shares = Fill(Math.Max(idle, tenants.Count), [.. tenants.Select(tenant => new Claimant(weightOf(tenant.Key), Out(flying, on => on.Tenant == tenant.Key) + Sum(tenant)))]);
        return [.. tenants.Zip(shares, (tenant, share) => PlanTenant(tenant, share, flying)).SelectMany(portions => portions)];
    }

    private static IEnumerable<Portion> PlanTenant(IGrouping<string, OffLane> tenant, int share, IReadOnlyList<OnLane> flying)
    {
        var batches = tenant.GroupBy(source => source.Batch).ToList();
        var ended = (int)Out(flying, on => on.Tenant == tenant.Key && !batches.Exists(batch => batch.Key == on.Batch)); // let go as a whole, and not ended yet
        var shares = Fill(Math.Max(share - ended, batches.Count), [.. batches.Select(batch => new Claimant(batch.First().Weight, OutOf(batch) + Sum(batch)))]);
        return batches.Zip(shares, (batch, part) => (Sources: batch.ToList(), Room: part - OutOf(batch)))
            .SelectMany(batch => Divide(batch.Sources, batch.Room));

        long OutOf(IGrouping<Guid?, OffLane> batch) => Out(flying, on => on.Tenant == tenant.Key && on.Batch == batch.Key);
    }

    /// <summary>The models of a batch, each as much as the others.</summary>
    private static IEnumerable<Portion> Divide(List<OffLane> sources, long room) => room <= 0 ? [] : Fill((int)room, [.. sources.Select(source => new Claimant(1, source.Count))])
        .Zip(sources, (count, source) => new Portion(source, count)).Where(portion => portion.Count > 0);

    /// <summary>Divides a whole by weight, nobody more than it wants, and all of it as long as somebody wants it.</summary>
    internal static IReadOnlyList<int> Fill(int whole, IReadOnlyList<Claimant> claimants)
    {
        var shares = new int[claimants.Count];
        for (var left = whole; left > 0;)
        {
            var open = Enumerable.Range(0, claimants.Count).Where(i => shares[i] < claimants[i].Wants).ToList();
            if (open.Count == 0) break;
            var unit = Math.Max(left / open.Sum(i => claimants[i].Weight), 0);
            foreach (var i in open.OrderBy(i => (double)shares[i] / claimants[i].Weight))
            {
                var more = (int)Math.Min(Math.Min(Math.Max(unit * claimants[i].Weight, 1), claimants[i].Wants - shares[i]), left);
                (shares[i], left) = (shares[i] + more, left - more);
            }
        }
        return shares;
    }

    private static long Out(IReadOnlyList<OnLane> flying, Func<OnLane, bool> whose) => flying.Where(whose).Sum(on => on.Count);

    private static long Sum(IEnumerable<OffLane> sources) => Math.Min(sources.Sum(source => source.Count), int.MaxValue);

    /// <param name="Weight">How much more than the others it gets.</param>
    /// <param name="Wants">The most that it can use.</param>
    internal sealed record Claimant(int Weight, long Wants);
}
