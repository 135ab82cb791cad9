using Millrace.Persistence.Generations;

namespace Millrace.Persistence.Sessions;

/// <summary>
/// A turn's end, null when it was not this caller's to write, and the generation whose turn it is now.
/// </summary>
public sealed record TurnEnd(Ended? Ended, (Guid Id, string Lane)? Next)
{
    /// <summary>Whether it was this caller's to write.</summary>
    public bool Held => Ended is not null;
}
