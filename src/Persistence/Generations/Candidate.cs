namespace Millrace.Persistence.Generations;

/// <summary>One candidate of a request: 0 is its own provider, n its n-th fallback.</summary>
public sealed record Candidate(int Number, string Provider, string Model, string Lane);
