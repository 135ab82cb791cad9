namespace Millrace.Client.Streaming;

/// <summary>What the reader of a new <see cref="GenerationFeed"/> wants, and how patient it is.</summary>
public sealed record FeedOptions
{
    /// <summary>The request came from this client, so a rejection concerns it and an unknown generation is only not there yet.</summary>
    public bool SubmittedHere { get; init; }

    /// <summary>The most chunks that the feed keeps for its reader. Null: the reader wants the end alone.</summary>
    public int? Buffer { get; init; }

    /// <summary>The last sequence that the reader has; 0: none.</summary>
    public long AfterSequence { get; init; }

    /// <summary>How long the fleet may say that it does not know the generation.</summary>
    public required TimeSpan UnknownAfter { get; init; }

    /// <summary>When the feed asks for what it has missed. Null: never, because whoever fills it misses nothing.</summary>
    public ReplayTimes? Replays { get; init; }
}
