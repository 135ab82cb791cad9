using System.Text.Json;
using Millrace.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Millrace.Bench;

/// <summary>
/// An exclusive queue with the events of one channel label. Nothing is acknowledged: the queue dies with this process, so an
/// acknowledgement would protect nothing and cost the broker a message each.
/// </summary>
internal sealed class EventQueue(IConnection connection, IChannel channel) : IAsyncDisposable
{
    public static async Task<EventQueue> OpenAsync(Uri amqp, string label, Watch watch)
    {
        var connection = await new ConnectionFactory { Uri = amqp }.CreateConnectionAsync($"{label} events");
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(EventRouting.Exchange, ExchangeType.Topic, durable: true);
        var queue = await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true);
        await channel.QueueBindAsync(queue.QueueName, EventRouting.Exchange, $"*.{label}.*");

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            Dispatch(watch, delivery, WallClock.NowUs);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return new EventQueue(connection, channel);
    }

    private static void Dispatch(Watch watch, BasicDeliverEventArgs delivery, long receivedUs)
    {
        var body = delivery.Body.Span;
        switch (delivery.RoutingKey[..delivery.RoutingKey.IndexOf('.')])
        {
            case "chunk":
                watch.Chunk(Read<ChunkProduced>(body), receivedUs);
                break;
            case "completed":
                var completed = Read<GenerationCompleted>(body);
                watch.End(completed.GenerationId, new Ending(completed.Text, completed.LastSequence, Problem: null));
                break;
            case "failed":
                var failed = Read<GenerationFailed>(body);
                watch.End(failed.GenerationId, new Ending(failed.PartialText, failed.LastSequence, $"failed: {failed.Reason}"));
                break;
            case "cancelled":
                var cancelled = Read<GenerationCancelled>(body);
                watch.End(cancelled.GenerationId, new Ending(cancelled.PartialText, cancelled.LastSequence, "cancelled"));
                break;
            case "rejected":
                var rejected = Read<RequestRejected>(body);
                watch.End(rejected.GenerationId, new Ending(Text: null, LastSequence: 0, $"rejected: {rejected.Reason}"));
                break;
            default:
                watch.Other();
                break;
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> body) => JsonSerializer.Deserialize<Envelope<T>>(body, ContractsJson.Options)!.Message;

    /// <summary>What is needed of MassTransit's envelope. The routing key has told the type.</summary>
    private sealed record Envelope<T>(T Message);

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
