using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Tools;
using Millrace.Gateway.Hosting;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Gateway;

/// <summary>The routes of a gateway that is composed as in a worker, and never started.</summary>
internal static class GatewayRoutes
{
    public static async Task<List<RouteEndpoint>> AllAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton(new LocalTools()).AddWorker(builder.Configuration, null).AddEmbeddedClient().AddGateway(builder.Configuration);
        await using var app = builder.Build();
        app.MapGateway();
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
    }

    public static IReadOnlyList<string> MethodsOf(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
}
