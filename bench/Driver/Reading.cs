using System.Text;
using Millrace.Contracts;

namespace Millrace.Bench;

/// <summary>One generation as its reader sees it. Events are fed by one thread.</summary>
internal sealed class Reading(long publishedUs)
{
    private readonly StringBuilder _text = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private string? _disorder;

    /// <summary>When its request was handed to the broker.</summary>
    public long PublishedUs => publishedUs;

    /// <summary>When the first piece of text came, 0 before.</summary>
    public long FirstUs { get; private set; }

    /// <summary>Chunk events of all kinds.</summary>
    public int Chunks { get; private set; }

    /// <summary>Completes with the terminal event.</summary>
    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();

    public void Add(ChunkProduced chunk, long receivedUs)
    {
        Chunks++;
        if (chunk.Sequence != _last + 1)
            _disorder ??= $"sequence {chunk.Sequence} after {_last}";
        else if (chunk.Kind != ChunkKind.Text)
            _disorder ??= $"a {chunk.Kind} chunk"; // the mock gives no cause for one: somebody ran it twice
        _last = chunk.Sequence;
        if (FirstUs == 0)
            FirstUs = receivedUs;
        _text.Append(chunk.Text);
    }

    /// <summary>Null when the stream was whole, else what was wrong with it.</summary>
    public string? Judge(Ending ending, MockModel model, out string text)
    {
        text = _text.ToString();
        if ((ending.Problem ?? _disorder) is { } problem)
            return problem;
        if (ending.LastSequence != _last)
            return $"ended at {ending.LastSequence}, last seen {_last}";
        if (!string.Equals(text, ending.Text, StringComparison.Ordinal))
            return "pieces differ from the text of the end";
        return MockText.IsWhole(text, model.Chunks) ? null : "text is not what the provider sent";
    }
}

/// <summary>How a generation ended. <paramref name="Problem"/> is null for a completed one.</summary>
internal sealed record Ending(string? Text, long LastSequence, string? Problem);
