using Millrace.Persistence.Generations;

namespace Millrace.Persistence.Sessions;

/// <summary>The row that holds the id after intake, and the generation that has to end for it.</summary>
public sealed record StoredTurn(StoredGeneration Generation, Guid? Interrupted);
