using System.Text;
using Millrace.Contracts;

namespace Millrace.Bench;

/// <summary>One generation as its reader sees it. Events are fed by one thread.</summary>
internal sealed class Reading(long publishedUs)
{
    private readonly StringBuilder text = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long last;
    private string? disorder;

    /// <summary>When its request was handed to the broker.</summary>
    public long PublishedUs => publishedUs;

    /// <summary>When the first piece of text came, 0 before.</summary>
    public long FirstUs { get; private set; }

    /// <summary>Chunk events of all kinds.</summary>
    public int Chunks { get; private set; }

    /// <summary>Completes with the terminal event.</summary>
    public Task Ended => ended.Task;

    public void End() => ended.TrySetResult();

    public void Add(ChunkProduced chunk, long receivedUs)
    {
        Chunks++;
        if (chunk.Sequence != last + 1)
            disorder ??= $"sequence {chunk.Sequence} after {last}";
        else if (chunk.Kind != ChunkKind.Text)
            disorder ??= $"a {chunk.Kind} chunk"; // the mock gives no cause for one: somebody ran it twice
        last = chunk.Sequence;
        if (FirstUs == 0)
            FirstUs = receivedUs;
        this.text.Append(chunk.Text);
    }

    /// <summary>Null when the stream was whole, else what was wrong with it.</summary>
    public string? Judge(Ending ending, MockModel model, out string text)
    {
        text = this.text.ToString();
        if ((ending.Problem ?? disorder) is { } problem)
            return problem;
        if (ending.LastSequence != last)
            return $"ended at {ending.LastSequence}, last seen {last}";
        if (!string.Equals(text, ending.Text, StringComparison.Ordinal))
            return "pieces differ from the text of the end";
        return MockText.IsWhole(text, model.Chunks) ? null : "text is not what the provider sent";
    }
}

/// <summary>How a generation ended. <paramref name="Problem"/> is null for a completed one.</summary>
internal sealed record Ending(string? Text, long LastSequence, string? Problem);
