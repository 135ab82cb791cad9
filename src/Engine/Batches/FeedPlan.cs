using Millrace.Engine.Budgets;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Limits;
using Millrace.Persistence.Batches;

namespace Millrace.Engine.Batches;

/// <summary>How many bulk generations of whom a lane gets: a window in fair shares, and of a limited model no more than its limit lets through soon.</summary>
internal sealed class FeedPlan(LimitRules limits, TenantBudgets tenants)
{
    /// <summary>What a limited model can be asked in this time is enough on its lane: more would keep others of the lane waiting behind it.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    public IReadOnlyList<Portion> Make(Lane lane, int window, IReadOnlyList<OnLane> flying, IReadOnlyList<OffLane> waiting) =>
        Shares.Plan(window, flying, [.. waiting.Select(source => Limit(lane, source, flying, waiting))], tenants.WeightOf);

    /// <summary>Those of the same model have the room together.</summary>
    private OffLane Limit(Lane lane, OffLane source, IReadOnlyList<OnLane> flying, IReadOnlyList<OffLane> waiting)
    {
        if (source.Model is not { } model) return source;
        var room = limits.Room(lane.Provider, model, source.Tenant, Ahead,
            ofTenant => flying.Where(on => on.Model == model && (!ofTenant || on.Tenant == source.Tenant)).Sum(on => on.Count));
        if (room is not { } free) return source;
        var sharers = waiting.Count(other => other.Model == model);
        return source with { Count = Math.Min(source.Count, (free + sharers - 1) / sharers) };
    }
}
