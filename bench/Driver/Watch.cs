using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Bench;

/// <summary>All generations in flight, and what was measured of those that have ended. Safe for concurrent use.</summary>
internal sealed class Watch(MockModel model)
{
    private readonly ConcurrentDictionary<Guid, Reading> readings = new();
    private readonly Lock gate = new();
    private readonly List<double> overheadMs = [];
    private readonly List<double> pickUpMs = [];
    private readonly Dictionary<string, int> problems = new(StringComparer.Ordinal);
    private long chunks;
    private int others;
    private int late;

    public int Failures
    {
        get { lock (gate) return this.problems.Values.Sum(); }
    }

    /// <summary>Counts from now on; the task completes with the terminal event.</summary>
    public Task Begin(Guid id)
    {
        var reading = new Reading(WallClock.NowUs);
        readings[id] = reading;
        return reading.Ended;
    }

    public void Chunk(ChunkProduced chunk, long receivedUs)
    {
        if (readings.TryGetValue(chunk.GenerationId, out var reading))
            reading.Add(chunk, receivedUs);
        else
            Interlocked.Increment(ref late);
    }

    /// <summary>A <c>started</c> event, or one that a benchmark has no use for.</summary>
    public void Other() => Interlocked.Increment(ref others);

    public void End(Guid id, Ending ending)
    {
        if (!readings.TryRemove(id, out var reading))
        {
            Interlocked.Increment(ref late);
            return;
        }
        lock (gate)
        {
            chunks += reading.Chunks;
            if (reading.Judge(ending, model, out var text) is { } problem)
                Count(problem);
            else if (MockText.TryReadTimes(text, out var requestedUs, out var sentUs))
            {
                this.overheadMs.Add((reading.FirstUs - sentUs) / 1000.0);
                this.pickUpMs.Add((requestedUs - reading.PublishedUs) / 1000.0);
            }
        }
        reading.End();
    }

    /// <summary>Nothing came for too long.</summary>
    public void Lost(Guid id)
    {
        if (!readings.TryRemove(id, out _))
            return;
        lock (gate)
            Count("no terminal event");
    }

    /// <summary>Forgets the warm-up. Call it when nothing is in flight.</summary>
    public void Reset()
    {
        lock (gate)
        {
            this.overheadMs.Clear();
            this.pickUpMs.Clear();
            this.problems.Clear();
            chunks = others = late = 0;
        }
    }

    public object Summary(int count, int inFlight, double seconds, double cpuSeconds)
    {
        lock (gate)
        {
            return new
            {
                kind = "fleet",
                model = model.Name,
                generations = count,
                inFlight,
                seconds = Math.Round(seconds, 3),
                perSecond = Math.Round(count / seconds, 1),
                overheadMs = Percentiles.Of(this.overheadMs),
                pickUpMs = Percentiles.Of(this.pickUpMs),
                chunksPerGeneration = Math.Round((double)chunks / count, 2),
                failures = this.problems.Values.Sum(),
                problems = this.problems.Count == 0 ? null : this.problems,
                lateEvents = late,
                otherEvents = others,
                cpuSeconds = Math.Round(cpuSeconds, 2),
            };
        }
    }

    private void Count(string problem) => this.problems[problem] = this.problems.GetValueOrDefault(problem) + 1;
}
