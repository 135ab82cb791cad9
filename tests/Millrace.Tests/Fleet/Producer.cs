using System.Text;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Servers;
using RabbitMQ.Client;

namespace Millrace.Tests.Fleet;

/// <summary>
/// A producer without any library of ours: plain JSON to the exchange of the message, confirmed. When its broker restarts, this client can wait for ever for the
/// confirm of a message that was under way, so without one it begins anew, as a producer should.
/// </summary>
internal sealed class Producer(string rabbitMq) : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim gate = new(1);
    private IConnection connection = null!;
    private IChannel channel = null!;

    public static async Task<Producer> StartAsync(string rabbitMq)
    {
        var producer = new Producer(rabbitMq);
        await producer.OpenAsync();
        return producer;
    }

    /// <summary>With headers, as a producer that traces sends them.</summary>
    public Task RequestAsync(GenerateRequested request, params (string Name, string Value)[] headers) => SendAsync(
        "GenerateRequested", JsonSerializer.Serialize(request, ContractsJson.Options), headers: headers.ToDictionary(header => header.Name, header => (object?)header.Value));

    public Task CancelAsync(Guid id, string? reason = null) =>
        SendAsync("CancelGeneration", JsonSerializer.Serialize(new CancelGeneration { GenerationId = id, Reason = reason }, ContractsJson.Options));

    /// <summary>Any body at all, to the exchange of a message type.</summary>
    public async Task SendAsync(string message, string body, string? contentType = "application/json", IDictionary<string, object?>? headers = null)
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, Headers = headers };
        if (contentType is not null) properties.ContentType = contentType;
        using var deadline = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            var used = channel;
            try
            {
                await used.BasicPublishAsync($"Millrace.Contracts:{message}", "", mandatory: true, properties, Encoding.UTF8.GetBytes(body)).AsTask().WaitAsync(Again);
                return;
            }
            catch (TimeoutException) when (!deadline.IsCancellationRequested)
            {
                await ReopenAsync(used);
            }
        }
    }

    /// <summary>A message from a queue, or null.</summary>
    public async Task<BasicGetResult?> TakeAsync(string queue) => await channel.BasicGetAsync(queue, autoAck: true);

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        // A publish that hangs keeps its channel from closing
        await Task.WhenAny(connection.DisposeAsync().AsTask(), Task.Delay(Again));
    }

    private async Task OpenAsync()
    {
        connection = await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync();
        channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
    }

    private async Task ReopenAsync(IChannel used)
    {
        await gate.WaitAsync();
        try
        {
            if (channel != used) return; // somebody else has
            _ = connection.AbortAsync();
            await OpenAsync();
        }
        finally
        {
            gate.Release();
        }
    }
}
