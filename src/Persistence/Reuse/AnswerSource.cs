namespace Millrace.Persistence.Reuse;

/// <summary>Where the answer to a request comes from that others have asked, too.</summary>
public abstract record AnswerSource
{
    /// <summary>From this generation's own call; the others wait for it.</summary>
    public sealed record Own : AnswerSource;

    /// <summary>From another one's, as it was recorded.</summary>
    public sealed record Recorded(Guid From, string Outcome) : AnswerSource;

    /// <summary>From another one's that is under way.</summary>
    public sealed record Awaited : AnswerSource;
}
