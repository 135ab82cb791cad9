using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Gateway.Access;
using Millrace.Gateway.Hosting;
using Millrace.Worker;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Gateway;

public sealed class RouteTests
{
    [Fact]
    public async Task Every_route_is_behind_the_door_and_says_what_it_needs()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton(new LocalTools()).AddWorker(builder.Configuration, null).AddEmbeddedClient().AddGateway(builder.Configuration);
        await using var app = builder.Build();
        app.MapGateway();

        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();

        Assert.Contains(routes, route => route.Metadata.GetMetadata<NeededAccess>()?.Scope == Scope.Admin);
        Assert.Empty(routes.Where(route => route.Metadata.GetMetadata<NeededAccess>() is null || route.Metadata.GetMetadata<Guarded>() is null).Select(route => route.DisplayName));
    }
}
