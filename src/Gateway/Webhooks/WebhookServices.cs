using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Client.RabbitMq;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Persistence.Webhooks;

namespace Millrace.Gateway.Webhooks;

/// <summary>Webhooks on the bus that the gateway's client is on.</summary>
internal static class WebhookServices
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<DueDeliveries>()
        .AddSingleton<WebhookHttp>()
        .AddSingleton<WebhookPost>()
        .AddSingleton<WebhookShares>()
        .AddHostedService(provider => new WebhookEvents(
            provider.GetService<IMillraceBus>() ?? provider.GetRequiredService<IBus>(),
            provider.GetRequiredService<WebhookDeliveryStore>(),
            provider.GetRequiredService<DueDeliveries>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<EndpointWatch>()))
        .AddHostedService<WebhookSender>();
}
