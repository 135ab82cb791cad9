using Millrace.Contracts;

namespace Millrace.Engine.Limits;

/// <summary>What this worker has of the limits and wants of them, between two visits to the tables. Any thread.</summary>
public sealed class LeaseQueue(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<LeaseRequest> waiting = [];
    private readonly Dictionary<string, Allowance> budgets = [];
    private readonly Dictionary<string, int> inUse = [];
    private readonly Dictionary<string, long> owed = [];
    private readonly Signal news = new(time);
    private IReadOnlySet<string> told = new HashSet<string>();
    private int calls;

    /// <summary>Somebody waits for a permit.</summary>
    public bool IsWanted
    {
        get
        {
            lock (gate) return waiting.Count > 0;
        }
    }

    /// <summary>Somebody has come who waits for an answer, and no visit has been about it yet.</summary>
    public bool HasNewcomer
    {
        get
        {
            lock (gate) return waiting.Exists(request => !request.IsBulk && !request.HasWaited);
        }
    }

    /// <summary>Calls are made, or the tables are to be told something.</summary>
    public bool IsActive
    {
        get
        {
            lock (gate) return calls > 0 || told.Count > 0 || owed.Count > 0;
        }
    }

    /// <summary>Waits for a request, or for a call to end that others may be waiting for. False when neither came.</summary>
    public Task<bool> WaitForNewsAsync(TimeSpan longest, CancellationToken cancellation) => news.WaitAsync(longest, cancellation);

    public void Wake() => news.Give();

    public async Task<LeaseDecision> AskAsync(LeaseRequest request, CancellationToken cancellation)
    {
        lock (gate) waiting.Add(request);
        Wake();
        try
        {
            return await request.Answer.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            if (!request.Withdraw() && request.Answer is { IsCompletedSuccessfully: true } told && await told is LeaseDecision.Open) GiveBack(request);
            lock (gate) waiting.Remove(request);
            throw;
        }
    }

    /// <summary>A call begins or has ended, be it limited or not.</summary>
    public void Count(int more)
    {
        lock (gate) calls += more;
        Wake();
    }

    /// <summary>A call that was allowed has ended, or was not made.</summary>
    /// <param name="request">By which it was allowed.</param>
    /// <param name="tokens">What it took more than was estimated; negative for less.</param>
    public void GiveBack(LeaseRequest request, long tokens = 0)
    {
        lock (gate)
        {
            foreach (var budget in request.Budgets)
            {
                budgets[budget.Scope] = budget;
                if (budget.ConcurrentCalls is not null) inUse[budget.Scope] = inUse.GetValueOrDefault(budget.Scope) - 1;
                if (budget.TokensPerMinute is not null && tokens != 0) owed[budget.Scope] = owed.GetValueOrDefault(budget.Scope) + tokens;
            }
        }
        Wake();
    }

    /// <summary>What the next visit is about, or null if there is nothing to ask and nothing to tell.</summary>
    /// <param name="waited">Time since the last visit.</param>
    public LimiterSync? Begin(TimeSpan waited)
    {
        lock (gate)
        {
            waiting.RemoveAll(request => request.Answer.IsCompleted);
            foreach (var budget in waiting.SelectMany(request => request.Budgets)) budgets[budget.Scope] = budget;
            foreach (var request in waiting) request.PatienceLeft -= request.HasWaited ? (long)waited.TotalMicroseconds : 0;
            foreach (var request in waiting) request.HasWaited = true;
            var counted = inUse.Where(entry => entry.Value > 0).Select(entry => entry.Key);
            var concerned = waiting.SelectMany(request => request.Budgets).Select(budget => budget.Scope).Concat(owed.Keys).Concat(told).Concat(counted).ToHashSet();
            if (concerned.Count == 0) return null;
            return new([.. waiting], concerned.ToDictionary(scope => scope, scope => budgets[scope]), new Dictionary<string, int>(inUse), new Dictionary<string, long>(owed));
        }
    }

    /// <summary>Tells those who asked.</summary>
    /// <param name="sync">What was committed.</param>
    /// <param name="open">A grant by this process's clock.</param>
    public void End(LimiterSync sync, Func<LeaseDecision.Granted, LeaseDecision.Open> open)
    {
        lock (gate)
        {
            foreach (var (scope, tokens) in sync.Owed)
                if ((owed[scope] -= tokens) == 0) owed.Remove(scope);
            told = sync.Told;
            foreach (var (request, decision) in sync.Requests.Zip(sync.Decisions))
            {
                if (decision is LeaseDecision.Stay) continue;
                var isTold = request.Tell(decision is LeaseDecision.Granted granted ? open(granted) : decision);
                waiting.Remove(request);
                if (!isTold || decision is not LeaseDecision.Granted) continue;
                foreach (var budget in request.Budgets.Where(budget => budget.ConcurrentCalls is not null)) inUse[budget.Scope] = inUse.GetValueOrDefault(budget.Scope) + 1;
            }
            foreach (var scope in inUse.Where(entry => entry.Value == 0).Select(entry => entry.Key).ToList()) inUse.Remove(scope);
            foreach (var scope in budgets.Keys.Where(scope => !told.Contains(scope) && !inUse.ContainsKey(scope) && !owed.ContainsKey(scope)).ToList()) budgets.Remove(scope);
        }
    }

    /// <summary>
    /// Nobody knows whether it was committed. What is owed is told again, once too often at worst, which is safe; what would be given back is not. The others may have been told of calls
    /// that are not made: the next visit tells them what is.
    /// </summary>
    public void Doubt(LimiterSync sync)
    {
        lock (gate)
        {
            told = told.Union(sync.Counted).ToHashSet();
            foreach (var (scope, tokens) in sync.Owed.Where(entry => entry.Value < 0))
                if ((owed[scope] -= tokens) == 0) owed.Remove(scope);
        }
    }
}
