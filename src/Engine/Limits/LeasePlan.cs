namespace Millrace.Engine.Limits;

/// <summary>
/// Gives asks what their budgets have: to the one that can begin first, and of those that can begin at the same time first to bulk that is below its floor, then to interactive
/// ones, then to bulk, each in the order in which they were received. An ask draws on all its budgets at the same moment, so that none of them holds a unit that
/// has to wait for another. Pure.
/// </summary>
internal static class LeasePlan
{
    private const long ShortestPark = 200_000, ShortestBulkPark = Pace.Second;

    /// <summary>Who missed its place waits for this part of the line, and not for all of it again: the first to be received would be the last.</summary>
    private const long BackIn = 8;

    /// <summary>A verdict for each ask, in their order; the lines are advanced.</summary>
    public static Verdict[] Make(long now, IReadOnlyList<Ask> asks, IReadOnlyDictionary<string, BudgetLine> lines)
    {
        var verdicts = new Verdict[asks.Count];
        var queues = asks.Select((ask, index) => (Ask: ask, Index: index)).OrderBy(entry => entry.Ask.ReceivedAt)
            .GroupBy(entry => (entry.Ask.IsBulk, entry.Ask.Line)).OrderBy(queue => queue.Key.IsBulk)
            .Select(queue => new Waiting(queue.Key.IsBulk, [.. queue.First().Ask.Budgets.Select(budget => lines[budget.Scope])], new(queue))).ToList();

        // 1 What can begin soon
        while (queues.Where(queue => queue.MayTake(now)).MinBy(queue => (queue.At, queue.Rank, queue.Line.Peek().Ask.ReceivedAt)) is { } next)
        {
            var ((ask, index), at) = (next.Line.Dequeue(), next.At);
            foreach (var budget in next.Budgets) budget.Take(at, ask);
            verdicts[index] = new Verdict.Granted(!next.IsBulk && at <= now + Pace.Express ? Math.Min(at, now) : at);
        }

        // 2 The rest: a moment in place, or later
        foreach (var queue in queues) Later(now, queue, verdicts);
        return verdicts;
    }

    private static void Later(long now, Waiting queue, Verdict[] verdicts)
    {
        var at = queue.At;
        while (queue.Line.TryDequeue(out var entry))
        {
            var unit = queue.Budgets.Max(budget => budget.Unit(entry.Ask));
            if (!queue.HasCalls) at = Math.Max(at, now + unit);
            verdicts[entry.Index] = at - now <= entry.Ask.PatienceLeft ? new Verdict.Stay() : Park(now, at, queue, entry.Ask);
            at += unit;
        }
    }

    private static Verdict.Park Park(long now, long at, Waiting queue, Ask ask)
    {
        var place = queue.Budgets.Max(budget => budget.Place(ask.IsBulk));
        if (!queue.HasCalls) place = Math.Max(place, Math.Min(at, now + Pace.Second));
        if (ask.IsBack && queue.HasCalls) place = Math.Min(place, now + Pace.ComeBackEarly + Pace.Second + ((place - now) / BackIn));
        foreach (var budget in queue.Budgets) budget.Park(ask);
        return new(TimeSpan.FromMicroseconds(Math.Max(place - Pace.ComeBackEarly - now, ask.IsBulk ? ShortestBulkPark : ShortestPark)));
    }

    /// <summary>Those of a class that draw on the same budgets.</summary>
    private sealed record Waiting(bool IsBulk, IReadOnlyList<BudgetLine> Budgets, Queue<(Ask Ask, int Index)> Line)
    {
        public long At => Budgets.Max(budget => budget.FreeAt);

        public bool HasCalls => Budgets.All(budget => budget.HasCall);

        public int Rank => IsOwed ? 0 : IsBulk ? 2 : 1;

        private bool IsOwed => IsBulk && Budgets.All(budget => budget.OwesBulk(At));

        private long Reach => IsOwed ? Pace.FloorReach : IsBulk ? Pace.BulkReach : Pace.InteractiveReach;

        public bool MayTake(long now) => Line.Count > 0 && HasCalls && At <= now + Reach;
    }
}
