using Microsoft.AspNetCore.Http.Metadata;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;

namespace Millrace.Tests.Gateway;

public sealed class RouteTests
{
    /// <summary>Through <c>RequestSubmitter</c>, which counts each against its key.</summary>
    private static readonly string[] Counted = ["/generate", "/stream", "/api/generations/", "/v1/chat/completions", "/v1/responses"];

    /// <summary>No provider is called for them.</summary>
    private static readonly string[] Free =
    [
        "/api/generations/{id:guid}/cancel", "/api/contents/", "/v1/responses/{id}", "/v1/responses/{id}/cancel", "/v1/files", "/v1/batches/{id}/cancel",
    ];

    [Fact]
    public async Task What_a_key_makes_with_a_call_counts_against_its_limits_or_is_refused_to_a_key_that_has_some()
    {
        var made = (await GatewayRoutes.AllAsync()).Where(route => route.Metadata.GetMetadata<NeededAccess>()?.Scope == Scope.Generate && GatewayRoutes.MethodsOf(route).Contains("POST")).ToLookup(
            route => route.Metadata.GetMetadata<SpendsUncounted>() is not null, route => route.RoutePattern.RawText);

        Assert.Equal(["/api/batches/{id:guid}/retry", "/v1/batches"], made[true].Order(StringComparer.Ordinal));
        Assert.Equal(Counted.Concat(Free).Order(StringComparer.Ordinal), made[false].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_route_is_behind_the_door_and_says_what_it_needs()
    {
        var routes = await GatewayRoutes.AllAsync();

        Assert.Contains(routes, route => route.Metadata.GetMetadata<NeededAccess>()?.Scope == Scope.Admin);
        Assert.Empty(routes.Where(route => route.Metadata.GetMetadata<NeededAccess>() is null || route.Metadata.GetMetadata<Guarded>() is null).Select(route => route.DisplayName));
    }

    /// <summary>They wait for an answer or stream it, a worker answers, or they carry much.</summary>
    [Fact]
    public async Task The_routes_whose_calls_last()
    {
        var lasting = (await GatewayRoutes.AllAsync())
            .Select(route => (route, route.Metadata.GetMetadata<Lasting>()))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => $"{GatewayRoutes.MethodsOf(pair.route).Single()} {pair.route.RoutePattern.RawText} {pair.Item2!.Parameter}".TrimEnd());

        Assert.Equal(
        [
            "GET /api/batches/{id:guid}/results",
            "GET /api/capabilities",
            "GET /api/generations/{id:guid} wait",
            "GET /api/generations/{id:guid}/events",
            "GET /api/sessions/{id:guid}/export",
            "GET /v1/files/{id}/content",
            "GET /v1/responses/{id} stream",
            "POST /api/contents/",
            "POST /api/generations/",
            "POST /api/sessions/",
            "POST /api/sessions/import",
            "POST /api/sessions/operations",
            "POST /api/sessions/questions",
            "POST /api/sessions/{id:guid}/fork",
            "POST /api/sessions/{id:guid}/messages/",
            "POST /generate",
            "POST /stream",
            "POST /v1/chat/completions",
            "POST /v1/files",
            "POST /v1/responses",
        ], lasting.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_stream_is_said_to_last() => Assert.Empty((await GatewayRoutes.AllAsync())
        .Where(route => route.Metadata.OfType<IProducesResponseTypeMetadata>().Any(produces => produces.ContentTypes.Contains("text/event-stream")))
        .Where(route => route.Metadata.GetMetadata<Lasting>() is null)
        .Select(route => route.DisplayName));
}
