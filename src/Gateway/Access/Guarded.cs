namespace Millrace.Gateway.Access;

/// <summary>Marks the gateway's routes: <see cref="ApiKeyMiddleware"/> lets nobody through to one that does not say what it needs.</summary>
internal sealed record Guarded;
