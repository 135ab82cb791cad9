using Millrace.Persistence.Model;

namespace Millrace.Persistence.Poison;

/// <summary>Work that is refused.</summary>
/// <param name="Subject">A message's digest, or the id of a generation or a batch.</param>
/// <param name="Kind">One of <see cref="PoisonRecord"/>'s, or a queue.</param>
/// <param name="Deaths">The workers that died over it.</param>
public sealed record RefusedWork(string Subject, string Kind, int Deaths);
