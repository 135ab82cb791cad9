using Millrace.Contracts;

namespace Millrace.Tests.Client.Fakes;

/// <summary>A generation in the fake fleet's log.</summary>
internal sealed class Generation(string? channel, Script script)
{
    private readonly Lock gate = new();

    public string? Channel => channel;

    public Script Script => script;

    public List<ChunkProduced> Log { get; } = [];

    public object? End { get; private set; }

    public bool Cancelled => End is GenerationCancelled;

    public void WriteThrough(Guid id, long sequence)
    {
        lock (gate)
        {
            while (Log.Count < sequence && End is null)
                Log.Add(script.Write(id, Log.Count + 1));
        }
    }

    public void Finish(object end)
    {
        lock (gate)
            End ??= end;
    }

    public void Cancel(CancelGeneration cancel)
    {
        lock (gate)
            End ??= Ends.Cancelled(cancel.GenerationId, Log.Count, cancel.Reason);
    }

    public ChunksReplayed Page(ReplayRequested question, int limit)
    {
        lock (gate)
        {
            var rest = End is not null && script.ForgetsChunks ? [] : Log.Where(chunk => chunk.Sequence > question.AfterSequence).ToList();
            var last = rest.Count <= limit;
            return new ChunksReplayed
            {
                GenerationId = question.GenerationId,
                AfterSequence = question.AfterSequence,
                Chunks = rest.Take(limit).ToList(),
                HasMore = !last,
                Known = true,
                Completed = last ? End as GenerationCompleted : null,
                Failed = last ? End as GenerationFailed : null,
                Cancelled = last ? End as GenerationCancelled : null,
            };
        }
    }
}
