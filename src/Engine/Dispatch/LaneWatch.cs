using System.Diagnostics.Metrics;
using Millrace.Contracts;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Fleet;

namespace Millrace.Engine.Dispatch;

/// <summary>
/// How full this worker's lanes are, and how long the oldest generation of each waits. The latter is asked of the database, and only while
/// somebody reads it: instruments are read at once, and a query takes its time, so it is asked beside them.
/// </summary>
internal sealed partial class LaneWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interest = TimeSpan.FromMinutes(2);

    private readonly QueueStore queues;
    private readonly FleetMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger<LaneWatch> log;
    private readonly List<(Lane Lane, KeyValuePair<string, object?>[] Tags)> lanes;
    private volatile IReadOnlyList<Measurement<double>> ages = [];
    private long read;

    public LaneWatch(LaneSet lanes, QueueStore queues, FleetMetrics metrics, IMeterFactory meters, TimeProvider time, ILogger<LaneWatch> log)
    {
        (this.queues, this.metrics, this.time, this.log) = (queues, metrics, time, log);
        this.lanes = [.. lanes.All.Select(lane => (lane, LaneLabel.Of(lane.Name).Tags()))];
        var meter = meters.Create(Names.Scope);
        meter.CreateObservableUpDownCounter(Names.Metrics.Running, () => this.lanes.Select(entry => new Measurement<int>(entry.Lane.Running, entry.Tags)),
            "{generation}", "Generations that this worker runs.");
        meter.CreateObservableUpDownCounter(Names.Metrics.Slots, () => this.lanes.Select(entry => new Measurement<int>(entry.Lane.Concurrency, entry.Tags)),
            "{generation}", "Generations that this worker can run at a time.");
        meter.CreateObservableGauge(Names.Metrics.QueueAge, Read, "s", "How long the oldest generation that could run has waited, in the whole fleet.");
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.BeginAtZero(lanes.Select(entry => LaneLabel.Of(entry.Lane.Name)));
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var isRead = Volatile.Read(ref read) is not 0 and var at && time.GetElapsedTime(at) < Interest;
            ages = isRead ? await AskAsync(stoppingToken) : [];
        }
    }

    private IEnumerable<Measurement<double>> Read()
    {
        Volatile.Write(ref read, time.GetTimestamp());
        return ages;
    }

    /// <summary>Nothing rather than old figures while the database is away.</summary>
    private async Task<IReadOnlyList<Measurement<double>>> AskAsync(CancellationToken stopping)
    {
        using var deadline = Deadline.After(Interval, time, stopping);
        try
        {
            var found = new List<Measurement<double>>(lanes.Count);
            foreach (var (lane, tags) in lanes) found.Add(new((await queues.OldestAsync(lane.Name, deadline.Token)).TotalSeconds, tags));
            return found;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogNotAsked(fault.GetType().Name);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Debug, "The age of the queues is not known: {Fault}")]
    private partial void LogNotAsked(string fault);
}
