using Millrace.Persistence.Model;

namespace Millrace.Persistence.Limits;

/// <summary>A row of <see cref="CallPermit"/>.</summary>
public sealed record PermitRow(string Scope, Guid Worker, int Wanted, int Granted);
