using Millrace.Engine.Limits;
using Millrace.Persistence.Limits;

namespace Millrace.Tests.Limits;

/// <summary>
/// A fleet in simulated time: workers that visit one budget at moments of their own with asks of random classes and sizes, use what they get at once or as late as they may, and
/// calls that reach the provider after a while. All times in microseconds.
/// </summary>
internal sealed class Timeline(Allowance budget, int seed, int workers)
{
    private readonly Random random = new(seed);
    private readonly List<(long At, long Tokens, bool IsBulk)> arrivals = [];
    private BudgetRow row = new(budget.Scope);

    public IReadOnlyList<(long At, long Tokens, bool IsBulk)> Arrivals => [.. arrivals.OrderBy(arrival => arrival.At)];

    /// <summary>How far the database's clock is from the simulation's.</summary>
    public long Offset { get; set; } = 1_000_000 * Gcra.Second;

    /// <summary>Requests at each visit: interactive, bulk.</summary>
    public (int Interactive, int Bulk) Demand { get; set; } = (8, 4);

    /// <summary>Tokens of a request.</summary>
    public Func<Random, long> Size { get; set; } = random => random.Next(1, 100);

    /// <summary>Runs from one moment to another; each worker visits every 50 to 150 ms.</summary>
    public void Run(long from, long to, Action<long>? each = null)
    {
        var visits = new PriorityQueue<int, long>(Enumerable.Range(0, workers).Select(worker => (worker, from + random.Next(100_000))));
        while (visits.TryDequeue(out var worker, out var now) && now < to)
        {
            each?.Invoke(now);
            Visit(now);
            visits.Enqueue(worker, now + random.Next(50_000, 150_000));
        }
    }

    /// <summary>The most that arrived in any window of a length, by a measure.</summary>
    public long Fullest(long window, Func<(long At, long Tokens, bool IsBulk), long> measure)
    {
        var (sorted, sum, most, first) = (Arrivals, 0L, 0L, 0);
        foreach (var arrival in sorted)
        {
            sum += measure(arrival);
            while (sorted[first].At <= arrival.At - window) sum -= measure(sorted[first++]);
            most = Math.Max(most, sum);
        }
        return most;
    }

    private void Visit(long now)
    {
        var requests = Enumerable.Range(0, Demand.Interactive + Demand.Bulk)
            .Select(n => new LeaseRequest([budget], Size(random), n >= Demand.Interactive, DateTimeOffset.UnixEpoch.AddTicks(n), TimeSpan.FromSeconds(5))).ToList();
        var line = new LimitWindow(budget, row, now + Offset, 0);
        var decisions = LeasePlan.Make(now + Offset, requests, new Dictionary<string, LimitWindow> { [budget.Scope] = line });
        row = line.Row;
        foreach (var (request, decision) in requests.Zip(decisions))
        {
            if (decision is not LeaseDecision.Granted granted) continue;
            var used = granted.At - Offset + random.NextInt64(Gcra.Grace + 1);
            arrivals.Add((used + random.NextInt64(Gcra.Transit), request.Tokens, request.IsBulk));
        }
    }
}
