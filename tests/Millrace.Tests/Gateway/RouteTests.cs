using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Tools;
using Millrace.Gateway.Access;
using Millrace.Gateway.Hosting;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Gateway;

public sealed class RouteTests
{
    /// <summary>Through <c>Submission</c>, which counts each against its key.</summary>
    private static readonly string[] Counted = ["/generate", "/stream", "/api/generations/", "/v1/chat/completions", "/v1/responses"];

    /// <summary>No provider is called for them.</summary>
    private static readonly string[] Free =
    [
        "/api/generations/{id:guid}/cancel", "/api/contents/", "/v1/responses/{id}", "/v1/responses/{id}/cancel", "/v1/files", "/v1/batches/{id}/cancel",
    ];

    [Fact]
    public async Task What_a_key_makes_with_a_call_counts_against_its_limits_or_is_refused_to_a_key_that_has_some()
    {
        await using var app = Gateway();

        var made = Routes(app).Where(route => route.Metadata.GetMetadata<NeededAccess>()?.Scope == Scope.Generate && Methods(route).Contains("POST")).ToLookup(
            route => route.Metadata.GetMetadata<SpendsUncounted>() is not null, route => route.RoutePattern.RawText);

        Assert.Equal(["/api/batches/{id:guid}/retry", "/v1/batches"], made[true].Order(StringComparer.Ordinal));
        Assert.Equal(Counted.Concat(Free).Order(StringComparer.Ordinal), made[false].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_route_is_behind_the_door_and_says_what_it_needs()
    {
        var routes = await RoutesAsync();

        Assert.Contains(routes, route => route.Metadata.GetMetadata<NeededAccess>()?.Scope == Scope.Admin);
        Assert.Empty(routes.Where(route => route.Metadata.GetMetadata<NeededAccess>() is null || route.Metadata.GetMetadata<Guarded>() is null).Select(route => route.DisplayName));
    }

    [Fact]
    public async Task Every_call_that_is_said_to_last_is_a_route_and_every_stream_is_said_to_last()
    {
        var routes = (await RoutesAsync()).SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            .Select(method => (Name: $"{method} {route.RoutePattern.RawText}", Streams: route.Metadata.OfType<IProducesResponseTypeMetadata>().Any(produces => produces.ContentTypes.Contains("text/event-stream"))))).ToList();

        Assert.Empty(LastingRoutes.All.Keys.Except(routes.Select(route => route.Name)));
        Assert.Empty(routes.Where(route => route.Streams).Select(route => route.Name).Except(LastingRoutes.All.Keys));
    }

    private static async Task<List<RouteEndpoint>> RoutesAsync()
    {
        await using var app = Gateway();
        return Routes(app);
    }

    private static WebApplication Gateway()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton(new LocalTools()).AddWorker(builder.Configuration, null).AddEmbeddedClient().AddGateway(builder.Configuration);
        var app = builder.Build();
        app.MapGateway();
        return app;
    }

    private static List<RouteEndpoint> Routes(WebApplication app) =>
        [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    private static IReadOnlyList<string> Methods(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
}
