using Millrace.Persistence.Limits;

namespace Millrace.Engine.Limits;

/// <summary>One visit to the tables: what this worker wants, and what it got. Planning may be repeated; the last one counts.</summary>
public sealed class LimiterSync(IReadOnlyList<LeaseRequest> requests, IReadOnlyDictionary<string, Allowance> budgets, IReadOnlyDictionary<string, int> inUse, IReadOnlyDictionary<string, long> owed)
{
    public IReadOnlyList<LeaseRequest> Requests => requests;

    public IReadOnlyList<string> Scopes { get; } = [.. budgets.Keys];

    public IReadOnlyList<string> Counted { get; } = [.. budgets.Values.Where(budget => budget.ConcurrentCalls is not null).Select(budget => budget.Scope)];

    public IReadOnlyDictionary<string, long> Owed => owed;

    /// <summary>One for each request.</summary>
    public IReadOnlyList<LeaseDecision> Decisions { get; private set; } = [];

    /// <summary>The database's clock when they were given.</summary>
    public long Now { get; private set; }

    /// <summary>The scopes in which this worker has told the others of calls.</summary>
    public IReadOnlySet<string> Told { get; private set; } = new HashSet<string>();

    public LimitChanges Plan(LimitTable table, Guid me)
    {
        Now = table.Now;
        var shares = Counted.ToDictionary(scope => scope, scope => CallShare.Of(
            budgets[scope].ConcurrentCalls!.Value, scope, me, inUse.GetValueOrDefault(scope), requests.Count(request => request.Budgets.Any(budget => budget.Scope == scope)),
            table.Permits, table.Now));
        var windows = table.Budgets.ToDictionary(row => row.Scope, row => new LimitWindow(budgets[row.Scope], row, table.Now, shares.TryGetValue(row.Scope, out var share) ? share.Free : 0));
        foreach (var (scope, tokens) in owed) windows[scope].Settle(tokens);
        Decisions = LeasePlan.Make(table.Now, requests, windows);
        var permits = shares.Values.Select(share => share.Row).ToList();
        Told = permits.Where(permit => permit is not { Wanted: 0, Granted: 0 }).Select(permit => permit.Scope).ToHashSet();
        return new([.. windows.Values.Where(window => window.IsChanged).Select(window => window.Row)], permits);
    }
}
