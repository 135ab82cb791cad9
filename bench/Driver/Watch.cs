using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Bench;

/// <summary>All generations in flight, and what was measured of those that have ended. Safe for concurrent use.</summary>
internal sealed class Watch(MockModel model)
{
    private readonly ConcurrentDictionary<Guid, Reading> _readings = new();
    private readonly Lock _lock = new();
    private readonly List<double> _overheadMs = [];
    private readonly List<double> _pickUpMs = [];
    private readonly Dictionary<string, int> _problems = new(StringComparer.Ordinal);
    private long _chunks;
    private int _others;
    private int _late;

    public int Failures
    {
        get { lock (_lock) return _problems.Values.Sum(); }
    }

    /// <summary>Counts from now on; the task completes with the terminal event.</summary>
    public Task Begin(Guid id)
    {
        var reading = new Reading(WallClock.NowUs);
        _readings[id] = reading;
        return reading.Ended;
    }

    public void Chunk(ChunkProduced chunk, long receivedUs)
    {
        if (_readings.TryGetValue(chunk.GenerationId, out var reading))
            reading.Add(chunk, receivedUs);
        else
            Interlocked.Increment(ref _late);
    }

    /// <summary>A <c>started</c> event, or one that a benchmark has no use for.</summary>
    public void Other() => Interlocked.Increment(ref _others);

    public void End(Guid id, Ending ending)
    {
        if (!_readings.TryRemove(id, out var reading))
        {
            Interlocked.Increment(ref _late);
            return;
        }
        lock (_lock)
        {
            _chunks += reading.Chunks;
            if (reading.Judge(ending, model, out var text) is { } problem)
                Count(problem);
            else if (MockText.TryReadTimes(text, out var requestedUs, out var sentUs))
            {
                _overheadMs.Add((reading.FirstUs - sentUs) / 1000.0);
                _pickUpMs.Add((requestedUs - reading.PublishedUs) / 1000.0);
            }
        }
        reading.End();
    }

    /// <summary>Nothing came for too long.</summary>
    public void Lost(Guid id)
    {
        if (!_readings.TryRemove(id, out _))
            return;
        lock (_lock)
            Count("no terminal event");
    }

    /// <summary>Forgets the warm-up. Call it when nothing is in flight.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _overheadMs.Clear();
            _pickUpMs.Clear();
            _problems.Clear();
            _chunks = _others = _late = 0;
        }
    }

    public object Summary(int count, int inFlight, double seconds, double cpuSeconds)
    {
        lock (_lock)
        {
            return new
            {
                kind = "fleet",
                model = model.Name,
                generations = count,
                inFlight,
                seconds = Math.Round(seconds, 3),
                perSecond = Math.Round(count / seconds, 1),
                overheadMs = Percentiles.Of(_overheadMs),
                pickUpMs = Percentiles.Of(_pickUpMs),
                chunksPerGeneration = Math.Round((double)_chunks / count, 2),
                failures = _problems.Values.Sum(),
                problems = _problems.Count == 0 ? null : _problems,
                lateEvents = _late,
                otherEvents = _others,
                cpuSeconds = Math.Round(cpuSeconds, 2),
            };
        }
    }

    private void Count(string problem) => _problems[problem] = _problems.GetValueOrDefault(problem) + 1;
}
