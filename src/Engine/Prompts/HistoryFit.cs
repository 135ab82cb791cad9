using Millrace.Contracts;

namespace Millrace.Engine.Prompts;

/// <summary>How much of a session's history goes before a request's own messages.</summary>
/// <param name="Kept">The newest turns, whole, oldest first.</param>
/// <param name="OmittedTurns">How many of the oldest turns are left out.</param>
/// <param name="NeededTokens">
/// What it would take with nothing left out: system prompt, history, new messages and room for the answer. More than
/// <paramref name="ContextTokens"/> exactly when it does not fit; when it fits it may be an upper bound, for which nothing had to be counted.
/// </param>
/// <param name="ContextTokens">What the model may hold.</param>
public sealed record HistoryFit(IReadOnlyList<SessionMessage> Kept, int OmittedTurns, long NeededTokens, int ContextTokens)
{
    /// <summary>What it takes with <see cref="Kept"/> alone.</summary>
    public required long KeptTokens { get; init; }

    /// <summary>True when the whole history fits.</summary>
    public bool FitsWhole => NeededTokens <= ContextTokens;

    /// <summary>False when the request does not fit even without any history, of which then none is kept.</summary>
    public bool Fits => KeptTokens <= ContextTokens;
}
