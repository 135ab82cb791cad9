using System.Text.Json;
using Millrace.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Bench;

/// <summary>Publishes plain JSON requests with confirms, on a connection of its own. Safe for concurrent use.</summary>
internal sealed class RequestPublisher(IConnection connection, IChannel channel, string label, string provider, string model) : IAsyncDisposable
{
    private const string Exchange = "Millrace.Contracts:GenerateRequested";

    public static async Task<RequestPublisher> OpenAsync(Uri amqp, string label, string provider, string model)
    {
        var connection = await new ConnectionFactory { Uri = amqp }.CreateConnectionAsync($"{label} requests");
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        return new RequestPublisher(connection, channel, label, provider, model);
    }

    /// <summary>Returns when the broker has the request in a worker's queue; throws when there is none.</summary>
    public async Task PublishAsync(Guid id, CancellationToken cancel)
    {
        var request = new GenerateRequested { GenerationId = id, Prompt = "bench", Provider = provider, Model = model, Channel = label };
        var properties = new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent, MessageId = id.ToString() };
        var body = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJson.Options);
        try
        {
            await channel.BasicPublishAsync(Exchange, routingKey: "", mandatory: true, properties, body, cancel);
        }
        catch (PublishReturnException returned)
        {
            throw new InvalidOperationException($"No worker's queue is bound to {Exchange}: start a worker first.", returned);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
