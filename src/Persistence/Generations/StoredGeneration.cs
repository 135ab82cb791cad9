namespace Millrace.Persistence.Generations;

/// <summary>The row that holds an id after intake: the new one, or the one that was there first.</summary>
public sealed record StoredGeneration(string State, string Lane, byte[] RequestHash, bool CancelRequested);
