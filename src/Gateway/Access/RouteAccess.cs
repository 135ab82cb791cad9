using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Millrace.Gateway.Access;

/// <summary>What a route asks of its callers.</summary>
/// <param name="Scope">The scope, or null for what everybody may see: documents.</param>
internal sealed record NeededAccess(Scope? Scope);

/// <summary>
/// Marks a route that makes provider calls which no key's limits count. A key with limits gets in nowhere here; whatever else makes provider calls goes
/// through <see cref="KeyLimits"/>.
/// </summary>
internal sealed record SpendsUncounted;

/// <summary>Marks the gateway's routes: <see cref="Door"/> lets nobody through to one that does not say what it needs.</summary>
internal sealed record Guarded;

/// <summary>How a route says what it needs.</summary>
internal static class RouteAccess
{
    /// <summary>The route, or each route of the group, needs a key with the scope.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder route, Scope scope) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new NeededAccess(scope));

    /// <summary>The route makes provider calls that do not count against a key's limits.</summary>
    public static TBuilder SpendsUncounted<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new SpendsUncounted());

    /// <summary>Everybody may call it, also without a key. For what tells nothing of anybody.</summary>
    public static TBuilder NeedsNoKey<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new NeededAccess(null));

    /// <summary>Routes behind the door.</summary>
    public static RouteGroupBuilder BehindTheDoor(this RouteGroupBuilder routes) => routes.WithMetadata(new Guarded());
}
