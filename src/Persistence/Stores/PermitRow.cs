namespace Millrace.Persistence;

/// <summary>A row of <see cref="CallPermit"/>.</summary>
public sealed record PermitRow(string Scope, Guid Worker, int Wanted, int Granted);
