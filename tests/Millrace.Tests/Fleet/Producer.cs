using System.Text;
using System.Text.Json;
using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Tests.Fleet;

/// <summary>A producer without any library of ours: plain JSON to the exchange of the message, confirmed.</summary>
internal sealed class Producer : IAsyncDisposable
{
    private readonly IConnection connection;
    private readonly IChannel channel;

    private Producer(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    public static async Task<Producer> StartAsync(string rabbitMq)
    {
        var opened = await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync();
        return new Producer(opened, await opened.CreateChannelAsync(new CreateChannelOptions(true, true)));
    }

    public Task RequestAsync(GenerateRequested request) => SendAsync("GenerateRequested", JsonSerializer.Serialize(request, ContractsJson.Options));

    public Task CancelAsync(Guid id, string? reason = null) =>
        SendAsync("CancelGeneration", JsonSerializer.Serialize(new CancelGeneration { GenerationId = id, Reason = reason }, ContractsJson.Options));

    /// <summary>Any body at all, to the exchange of a message type.</summary>
    public async Task SendAsync(string message, string body, string? contentType = "application/json")
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };
        if (contentType is not null) properties.ContentType = contentType;
        await channel.BasicPublishAsync($"Millrace.Contracts:{message}", "", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>A message from a queue, or null.</summary>
    public async Task<BasicGetResult?> TakeAsync(string queue) => await channel.BasicGetAsync(queue, autoAck: true);

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
