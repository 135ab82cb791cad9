namespace Millrace.Engine.Limits;

/// <summary>
/// Gives requests what their budgets have: to the one that can begin first, and of those that can begin at the same time first to bulk that is below its floor, then to interactive
/// ones, then to bulk, each in the order in which they were received. A request draws on all its budgets at the same moment, so that none of them holds a unit that
/// has to wait for another. Pure.
/// </summary>
internal static class LeasePlan
{
    private const long ShortestPark = 200_000, ShortestBulkPark = Gcra.Second;

    /// <summary>Who missed its place waits for this part of the line, and not for all of it again: the first to be received would be the last.</summary>
    private const long BackIn = 8;

    /// <summary>A decision for each request, in their order; the windows are advanced.</summary>
    public static LeaseDecision[] Make(long now, IReadOnlyList<LeaseRequest> requests, IReadOnlyDictionary<string, LimitWindow> windows)
    {
        var decisions = new LeaseDecision[requests.Count];
        var queues = requests.Select((request, index) => (Request: request, Index: index)).OrderBy(entry => entry.Request.ReceivedAt)
            .GroupBy(entry => (entry.Request.IsBulk, entry.Request.Line)).OrderBy(queue => queue.Key.IsBulk)
            .Select(queue => new Waiting(queue.Key.IsBulk, [.. queue.First().Request.Budgets.Select(budget => windows[budget.Scope])], new(queue))).ToList();

        // 1 What can begin soon
        while (queues.Where(queue => queue.MayTake(now)).MinBy(queue => (queue.At, queue.Rank, queue.Line.Peek().Request.ReceivedAt)) is { } next)
        {
            var ((request, index), at) = (next.Line.Dequeue(), next.At);
            foreach (var budget in next.Budgets) budget.Take(at, request);
            decisions[index] = new LeaseDecision.Granted(!next.IsBulk && at <= now + Gcra.Express ? Math.Min(at, now) : at);
        }

        // 2 The rest: a moment in place, or later
        foreach (var queue in queues) Later(now, queue, decisions);
        return decisions;
    }

    private static void Later(long now, Waiting queue, LeaseDecision[] decisions)
    {
        var at = queue.At;
        while (queue.Line.TryDequeue(out var entry))
        {
            var unit = queue.Budgets.Max(budget => budget.Unit(entry.Request));
            if (!queue.HasCalls) at = Math.Max(at, now + unit);
            decisions[entry.Index] = at - now <= entry.Request.PatienceLeft ? new LeaseDecision.Stay() : Park(now, at, queue, entry.Request);
            at += unit;
        }
    }

    private static LeaseDecision.Park Park(long now, long at, Waiting queue, LeaseRequest request)
    {
        var place = queue.Budgets.Max(budget => budget.Place(request.IsBulk));
        if (!queue.HasCalls) place = Math.Max(place, Math.Min(at, now + Gcra.Second));
        if (request.IsBack && queue.HasCalls) place = Math.Min(place, now + Gcra.ComeBackEarly + Gcra.Second + ((place - now) / BackIn));
        foreach (var budget in queue.Budgets) budget.Park(request);
        return new(TimeSpan.FromMicroseconds(Math.Max(place - Gcra.ComeBackEarly - now, request.IsBulk ? ShortestBulkPark : ShortestPark)));
    }

    /// <summary>Those of a class that draw on the same budgets.</summary>
    private sealed record Waiting(bool IsBulk, IReadOnlyList<LimitWindow> Budgets, Queue<(LeaseRequest Request, int Index)> Line)
    {
        public long At => Budgets.Max(budget => budget.FreeAt);

        public bool HasCalls => Budgets.All(budget => budget.HasCall);

        public int Rank => IsOwed ? 0 : IsBulk ? 2 : 1;

        private bool IsOwed => IsBulk && Budgets.All(budget => budget.OwesBulk(At));

        private long Reach => IsOwed ? Gcra.FloorReach : IsBulk ? Gcra.BulkReach : Gcra.InteractiveReach;

        public bool MayTake(long now) => Line.Count > 0 && HasCalls && At <= now + Reach;
    }
}
