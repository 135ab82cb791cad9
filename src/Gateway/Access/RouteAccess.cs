using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Millrace.Gateway.Access;

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
    public static RouteGroupBuilder RequireAccess(this RouteGroupBuilder routes) => routes.WithMetadata(new Guarded());
}
