using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Fleet;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Gateway.Native;

/// <summary>The fleet itself: what it can do, who is there, and what lies in its queues. The same for every caller: no tenant's data is in it.</summary>
internal static class FleetEndpoints
{
    public static void MapFleet(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("").WithTags("Fleet");
        routes.MapGet("/tools", ToolsAsync).Needs(Scope.Read).Produces<Page<ToolView>>()
            .WithName("listTools").WithSummary("List the tools that services offer.")
            .WithDescription("By name, without those that the configuration keeps from the tenant. The tools that workers run themselves, also those of their MCP servers, are not in it: each worker has its own, and a request that names one that is not there says in its failure which there are.");
        routes.MapGet("/capabilities", CapabilitiesAsync).Needs(Scope.Read).Produces<Page<ModelCapabilities>>().ProducesProblem(404)
            .Lasts()
            .WithName("getCapabilities").WithSummary("What models can do.")
            .WithDescription("With `model` one entry, with `provider` alone that one with its default model, with neither all providers, by name. A worker answers; no provider is called.");
        routes.MapGet("/workers", WorkersAsync).Needs(Scope.Admin).Produces<WorkerPage>()
            .WithName("listWorkers").WithSummary("List the workers.")
            .WithDescription("The longest running first. One that died stays in the list for up to an hour, as not alive. Without a living one requests are taken and wait; `notice` says so.");
        routes.MapGet("/queues", QueuesAsync).Needs(Scope.Admin).Produces<Page<QueueView>>()
            .WithName("listQueues").WithSummary("What waits and runs, by lane.")
            .WithDescription("A lane is a provider and a class. One with nothing on it is not listed.");
    }

    private static async Task<Ok<Page<ToolView>>> ToolsAsync(HttpContext http, RemoteToolStore tools, IConfiguration configuration)
    {
        var all = await tools.AllAsync(http.RequestAborted);
        return TypedResults.Ok(new Page<ToolView> { Data = [.. all.Where(tool => IsFor(http.Caller().Tenant, tool.Name, configuration)).Select(ToolView.Of)] });
    }

    /// <summary>The workers' own setting, as far as this gateway has it too: a tool that the tenant may not have is not shown.</summary>
    private static bool IsFor(string tenant, string tool, IConfiguration configuration) =>
        configuration.GetSection($"Millrace:Tools:{tool}:Tenants").Get<string[]>()?.Contains(tenant, StringComparer.Ordinal) ?? true;

    private static async Task<Ok<Page<ModelCapabilities>>> CapabilitiesAsync(
        [Description("The configured provider's name. Default: where a request with this model would go.")] string? provider,
        [Description("The model, also as provider/model, or an alias of the gateway's. Default: the provider's default model.")] string? model,
        HttpContext http, MillraceClient client, ModelNames models) =>
        TypedResults.Ok(new Page<ModelCapabilities> { Data = await client.CapabilitiesAsync(provider, models.Resolve(model), http.RequestAborted) });

    private static async Task<Ok<WorkerPage>> WorkersAsync(HttpContext http, FleetStore fleet) =>
        TypedResults.Ok(WorkerPage.Of([.. (await fleet.WorkersAsync(http.RequestAborted)).Select(WorkerView.Of)]));

    private static async Task<Ok<Page<QueueView>>> QueuesAsync(HttpContext http, FleetStore fleet) =>
        TypedResults.Ok(new Page<QueueView> { Data = [.. (await fleet.LanesAsync(http.RequestAborted)).Select(QueueView.Of)] });
}
