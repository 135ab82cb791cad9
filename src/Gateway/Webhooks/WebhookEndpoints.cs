using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Model;
using Millrace.Persistence.Webhooks;

namespace Millrace.Gateway.Webhooks;

/// <summary><c>/api/webhooks</c>: who is told of the end of generations, and what came of it.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/webhooks").Needs(Scope.Webhooks).WithTags("Webhooks").WithParameter("id", "The webhook.").WithParameter("deliveryId", "The delivery.");
        routes.MapPost("/", CreateAsync)
            .Accepts<NewWebhookBody>("application/json").Produces<WebhookView>(201).ProducesProblem(400)
            .WithExample("""{"url":"https://hooks.example.com/millrace","events":["generation.completed","generation.failed"]}""")
            .WithName("createWebhook").WithSummary("Be told of the end of generations.")
            .WithDescription("Messages are signed as Standard Webhooks says, by the `secret` of this answer, which is not shown again.");
        routes.MapGet("/", ListAsync).Produces<Page<WebhookView>>().WithName("listWebhooks").WithSummary("List the webhooks.");
        routes.MapGet("/{id:guid}", GetAsync).Produces<WebhookView>().ProducesProblem(404).WithName("getWebhook").WithSummary("Look at a webhook.");
        routes.MapDelete("/{id:guid}", DeleteAsync).Produces(204).ProducesProblem(404).WithName("deleteWebhook").WithSummary("Remove a webhook and its deliveries.");
        routes.MapPost("/{id:guid}/test", TestAsync).Produces<DeliveryView>(202).ProducesProblem(404).WithName("testWebhook").WithSummary("Send a webhook a test message.");
        routes.MapGet("/{id:guid}/deliveries", DeliveriesAsync).Produces<Page<DeliveryView>>().ProducesProblem(404)
            .WithName("listDeliveries").WithSummary("What a webhook was sent, the newest first.");
        routes.MapPost("/{id:guid}/deliveries/{deliveryId:guid}/retry", RetryAsync).Produces<DeliveryView>(202).ProducesProblem(404).ProducesProblem(409)
            .WithName("retryDelivery").WithSummary("Send a message again that was delivered or given up.");
    }

    private static async Task<Created<WebhookView>> CreateAsync(HttpContext http, WebhookStore webhooks, IOptions<GatewayOptions> options, TimeProvider time)
    {
        var body = await BodyReader.ReadAsync<NewWebhookBody>(http);
        var made = await webhooks.AddAsync(body.ToWebhook(http.Caller().Tenant, options.Value.Webhooks.AllowPrivate, time), http.RequestAborted);
        return TypedResults.Created($"/api/webhooks/{made.Id}", WebhookView.Of(made, withSecret: true));
    }

    private static async Task<Ok<Page<WebhookView>>> ListAsync(HttpContext http, WebhookStore webhooks) =>
        TypedResults.Ok(new Page<WebhookView> { Data = [.. (await webhooks.ListAsync(http.Caller().Tenant, http.RequestAborted)).Select(webhook => WebhookView.Of(webhook))] });

    private static async Task<Ok<WebhookView>> GetAsync(Guid id, HttpContext http, WebhookStore webhooks) =>
        TypedResults.Ok(WebhookView.Of(await FindAsync(id, http, webhooks)));

    private static async Task<NoContent> DeleteAsync(Guid id, HttpContext http, WebhookStore webhooks) =>
        await webhooks.DeleteAsync(http.Caller().Tenant, id, http.RequestAborted) ? TypedResults.NoContent() : throw NoWebhook(id);

    private static async Task<Accepted<DeliveryView>> TestAsync(Guid id, HttpContext http, WebhookStore webhooks, WebhookDeliveryStore deliveries, DueDeliveries due, TimeProvider time)
    {
        await FindAsync(id, http, webhooks);
        var body = new WebhookBody(WebhookKinds.Test, time.GetUtcNow(), new()).ToText();
        var delivery = await deliveries.AddAsync(id, Guid.CreateVersion7(time.GetUtcNow()), WebhookKinds.Test, body, http.RequestAborted);
        due.Tell();
        return await AcceptedAsync(id, delivery, http, deliveries);
    }

    private static async Task<Ok<Page<DeliveryView>>> DeliveriesAsync(Guid id, int? limit, HttpContext http, WebhookStore webhooks, WebhookDeliveryStore deliveries)
    {
        var most = PageLimit.Of(limit);
        await FindAsync(id, http, webhooks);
        return TypedResults.Ok(new Page<DeliveryView> { Data = [.. (await deliveries.ListAsync(id, most, http.RequestAborted)).Select(DeliveryView.Of)] });
    }

    private static async Task<Accepted<DeliveryView>> RetryAsync(Guid id, Guid deliveryId, HttpContext http, WebhookStore webhooks, WebhookDeliveryStore deliveries, DueDeliveries due)
    {
        await FindAsync(id, http, webhooks);
        if (!await deliveries.RepeatAsync(id, deliveryId, http.RequestAborted))
        {
            var waiting = await deliveries.FindAsync(id, deliveryId, http.RequestAborted) ?? throw NoDelivery(deliveryId);
            throw new FaultException(new(409, "pending", $"Delivery {deliveryId} has not ended: it is tried by itself, at {waiting.NextAttemptAt:u} at the latest."));
        }
        due.Tell();
        return await AcceptedAsync(id, deliveryId, http, deliveries);
    }

    private static async Task<Accepted<DeliveryView>> AcceptedAsync(Guid webhook, Guid delivery, HttpContext http, WebhookDeliveryStore deliveries) => TypedResults.Accepted(
        $"/api/webhooks/{webhook}/deliveries", DeliveryView.Of(await deliveries.FindAsync(webhook, delivery, http.RequestAborted) ?? throw NoDelivery(delivery)));

    private static async Task<Webhook> FindAsync(Guid id, HttpContext http, WebhookStore webhooks) =>
        await webhooks.FindAsync(http.Caller().Tenant, id, http.RequestAborted) ?? throw NoWebhook(id);

    private static FaultException NoWebhook(Guid id) => FaultException.NotFound($"There is no webhook {id}.");

    private static FaultException NoDelivery(Guid id) => FaultException.NotFound($"The webhook has no delivery {id}.");
}
