using System.Text;
using System.Text.Json;
using Millrace.Tests.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Millrace.Tests.Wires;

/// <summary>A producer that knows AMQP and nothing else: any body, with any properties, and a queue for its answers.</summary>
internal sealed class RawProducer : IAsyncDisposable
{
    public const string Envelope = "application/vnd.masstransit+json";

    private readonly IConnection connection;
    private readonly IChannel channel;

    private RawProducer(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    public static async Task<RawProducer> StartAsync(string rabbitMq)
    {
        var opened = await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync();
        return new(opened, await opened.CreateChannelAsync(new CreateChannelOptions(true, true)));
    }

    public async Task SendAsync(string message, string body, string? contentType = "application/json", Action<BasicProperties>? with = null)
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };
        if (contentType is not null) properties.ContentType = contentType;
        with?.Invoke(properties);
        await channel.BasicPublishAsync($"Millrace.Contracts:{message}", "", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>The message in MassTransit's envelope.</summary>
    public Task SendEnvelopeAsync(string message, object envelope) => SendAsync(message, JsonSerializer.Serialize(envelope), Envelope);

    /// <summary>A queue of this connection's own, named by the broker.</summary>
    public async Task<Answers> ListenAsync()
    {
        var answers = new Answers((await channel.QueueDeclareAsync()).QueueName);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            answers.Add(new(delivery.BasicProperties, JsonElement.Parse(Encoding.UTF8.GetString(delivery.Body.Span))));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(answers.Queue, autoAck: true, consumer);
        return answers;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAny(connection.DisposeAsync().AsTask(), Task.Delay(TimeSpan.FromSeconds(20)));
}

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(IReadOnlyBasicProperties Properties, JsonElement Body)
{
    public string? Header(string name) => Properties.Headers?.TryGetValue(name, out var value) == true ? value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString() : null;
}

/// <summary>The answers that came to a queue.</summary>
internal sealed class Answers(string queue)
{
    private readonly System.Threading.Channels.Channel<RawAnswer> came = System.Threading.Channels.Channel.CreateUnbounded<RawAnswer>();

    public string Queue => queue;

    public void Add(RawAnswer answer) => came.Writer.TryWrite(answer);

    public Task<RawAnswer> NextAsync() => Until.DoneAsync(came.Reader.ReadAsync().AsTask(), $"an answer in {queue}");
}
