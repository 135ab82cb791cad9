using System.Diagnostics;
using System.Diagnostics.Metrics;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Telemetry;

/// <summary>The instruments of the fleet's own work. Attributes are what the fleet is configured with and fixed words; never an id, a tenant or a text.</summary>
public sealed class FleetMetrics
{
    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600] };

    private static readonly InstrumentAdvice<int> Calls = new() { HistogramBucketBoundaries = [0, 1, 2, 3, 4, 5, 8, 13, 21] };

    private readonly Counter<long> requests, generations, pauses, stops, fenced, toolCalls, chunks, events, finds, refusals, reused, poisoned;
    private readonly Histogram<double> wait, firstChunk, duration, limitWait;
    private readonly Histogram<int> attempts;

    public FleetMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Names.Scope);
        requests = meter.CreateCounter<long>(Names.Metrics.Requests, "{request}", "Requests taken in, by what their generation was after that.");
        wait = meter.CreateHistogram(Names.Metrics.Wait, "s", "From a request's arrival to its first start on a worker.", tags: null, Seconds);
        firstChunk = meter.CreateHistogram(Names.Metrics.FirstChunk, "s", "From a request's arrival to the first piece of its answer.", tags: null, Seconds);
        duration = meter.CreateHistogram(Names.Metrics.Duration, "s", "From a request's arrival to its end.", tags: null, Seconds);
        attempts = meter.CreateHistogram(Names.Metrics.Attempts, "{call}", "Provider calls that a generation took.", tags: null, Calls);
        generations = meter.CreateCounter<long>(Names.Metrics.Generations, "{generation}", "Generations that ended.");
        refusals = meter.CreateCounter<long>(Names.Metrics.BudgetRefusals, "{refusal}", "Provider calls that were not made because the tenant's budget had no room.");
        pauses = meter.CreateCounter<long>(Names.Metrics.Pauses, "{pause}", "Waits before another provider call.");
        limitWait = meter.CreateHistogram(Names.Metrics.LimitWait, "s", "What a provider call waited in place for its limits.", tags: null, Seconds);
        stops = meter.CreateCounter<long>(Names.Metrics.AccountStops, "{stop}", "Times that a provider has had its account stopped for the fleet.");
        reused = meter.CreateCounter<long>(Names.Metrics.Reused, "{generation}", "Generations that got a recorded answer.");
        fenced = meter.CreateCounter<long>(Names.Metrics.FencedWrites, "{write}", "Writes that found that another worker owns the generation.");
        toolCalls = meter.CreateCounter<long>(Names.Metrics.ToolCalls, "{call}", "Tool calls that ended.");
        chunks = meter.CreateCounter<long>(Names.Metrics.Chunks, "{chunk}", "Chunks written to the log.");
        events = meter.CreateCounter<long>(Names.Metrics.Events, "{event}", "Events that the broker has confirmed.");
        poisoned = meter.CreateCounter<long>(Names.Metrics.Poisoned, "{item}", "Messages, generations and batches that are refused because workers died over them.");
        finds = meter.CreateCounter<long>(Names.Metrics.SweeperFinds, "{generation}", "Generations that the sweeper found.");
    }

    /// <summary>
    /// Makes the series whose first increase is the news: a counter that appears with a one in it has not increased, for whoever
    /// computes rates. To be called when whoever collects has begun to listen.
    /// </summary>
    public void BeginAtZero(IEnumerable<LaneLabel> lanes)
    {
        fenced.Add(0);
        foreach (var kind in new[] { PoisonRecord.Generation, PoisonRecord.Batch, QueueNames.Intake }) poisoned.Add(0, new KeyValuePair<string, object?>(Names.Attributes.Reason, kind));
        foreach (var find in SweeperFind.All) finds.Add(0, new KeyValuePair<string, object?>(Names.Attributes.Reason, find));
        foreach (var lane in lanes)
        {
            refusals.Add(0, Provider(lane), Class(lane));
            foreach (var reason in PauseReason.All) pauses.Add(0, Provider(lane), Class(lane), new(Names.Attributes.Reason, reason));
        }
    }

    /// <param name="outcome">The state of the generation behind it, or <c>rejected</c>.</param>
    public void Requested(string outcome) => requests.Add(1, new KeyValuePair<string, object?>(Names.Attributes.Outcome, outcome));

    /// <summary>A generation has started for the first time.</summary>
    public void Started(LaneLabel lane, TimeSpan waited) =>
        wait.Record(Math.Max(0, waited.TotalSeconds), Provider(lane), Class(lane));

    /// <summary>What a generation that a worker has run took.</summary>
    /// <param name="lane">Where it ran.</param>
    /// <param name="calls">Its provider calls.</param>
    /// <param name="toFirstPiece">From its arrival to the first piece of its answer, if there was one.</param>
    public void Ran(LaneLabel lane, int calls, TimeSpan? toFirstPiece)
    {
        attempts.Record(calls, Provider(lane), Class(lane));
        if (toFirstPiece is { } first) firstChunk.Record(first.TotalSeconds, Provider(lane), Class(lane));
    }

    /// <summary>A generation has ended, in the table.</summary>
    public void Ended(LaneLabel lane, string outcome, FailureReason? failure, double seconds)
    {
        var tags = new TagList { { Names.Attributes.Provider, lane.Provider }, { Names.Attributes.Class, lane.Class }, { Names.Attributes.Outcome, outcome } };
        duration.Record(Math.Max(0, seconds), tags);
        if (failure is { } reason) tags.Add(Names.Attributes.ErrorType, reason.ToString());
        generations.Add(1, tags);
    }

    public void Paused(LaneLabel lane, string reason) => pauses.Add(1, Provider(lane), Class(lane), new(Names.Attributes.Reason, reason));

    public void BudgetExceeded(LaneLabel lane) => refusals.Add(1, Provider(lane), Class(lane));

    /// <summary>A limited provider call may be made.</summary>
    public void Admitted(LaneLabel lane, TimeSpan waited) => limitWait.Record(waited.TotalSeconds, Provider(lane), Class(lane));

    /// <param name="provider">As configured.</param>
    /// <param name="reason"><c>refused</c> (429) or <c>exhausted</c> (by its headers).</param>
    public void AccountStopped(string provider, string reason) =>
        stops.Add(1, new(Names.Attributes.Provider, provider), new KeyValuePair<string, object?>(Names.Attributes.Reason, reason));

    /// <summary>A generation gets an answer that was recorded for another.</summary>
    public void Reused(LaneLabel lane) => reused.Add(1, Provider(lane), Class(lane));

    public void FencedWrite() => fenced.Add(1);

    /// <param name="side">Who made the call: <c>worker</c>, <c>service</c> or <c>nobody</c>.</param>
    /// <param name="outcome"><c>completed</c>, <c>failed</c>, <c>timed_out</c> or <c>refused</c>.</param>
    public void ToolCalled(string side, string outcome) =>
        toolCalls.Add(1, new(Names.Attributes.ToolSide, side), new KeyValuePair<string, object?>(Names.Attributes.Outcome, outcome));

    /// <param name="kind"><c>generation</c>, <c>batch</c>, or the queue of a message.</param>
    public void Poisoned(string kind) => poisoned.Add(1, new KeyValuePair<string, object?>(Names.Attributes.Reason, kind));

    public void Chunk() => chunks.Add(1);

    /// <param name="kind">The first part of its routing key.</param>
    public void Published(string kind) => events.Add(1, new KeyValuePair<string, object?>(Names.Attributes.Event, kind));

    public void Found(int count, string what)
    {
        if (count > 0) finds.Add(count, new KeyValuePair<string, object?>(Names.Attributes.Reason, what));
    }

    private static KeyValuePair<string, object?> Provider(LaneLabel lane) => new(Names.Attributes.Provider, lane.Provider);

    private static KeyValuePair<string, object?> Class(LaneLabel lane) => new(Names.Attributes.Class, lane.Class);
}
