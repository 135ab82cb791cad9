namespace Millrace.Gateway.Access;

/// <summary>What a route asks of its callers.</summary>
/// <param name="Scope">The scope, or null for what everybody may see: documents.</param>
internal sealed record NeededAccess(Scope? Scope);
