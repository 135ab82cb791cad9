using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Millrace.Tests.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Millrace.Tests.Fleet;

/// <summary>A subscriber without any library of ours: a durable queue bound to everything, read as JSON.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly IConnection connection;
    private readonly Lock gate = new();
    private readonly List<SeenEvent> seen = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EventReader(IConnection connection) => this.connection = connection;

    public IReadOnlyList<SeenEvent> Seen
    {
        get { lock (gate) return [.. seen]; }
    }

    public static async Task<EventReader> StartAsync(string rabbitMq, string binding = "#")
    {
        var factory = new ConnectionFactory { Uri = new Uri(rabbitMq), NetworkRecoveryInterval = TimeSpan.FromMilliseconds(200) };
        var reader = new EventReader(await factory.CreateConnectionAsync());
        var channel = await reader.connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("millrace.events", ExchangeType.Topic, durable: true);
        var queue = await channel.QueueDeclareAsync($"reader-{Guid.NewGuid():N}", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(queue.QueueName, "millrace.events", binding);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => reader.AddAsync(delivery);
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return reader;
    }

    /// <summary>The events of a generation so far, in order of arrival.</summary>
    public IReadOnlyList<SeenEvent> Of(Guid id) => [.. Seen.Where(seen => seen.Id == id)];

    /// <summary>Waits for the terminal event of a generation.</summary>
    public Task<SeenEvent> TerminalAsync(Guid id) => FirstAsync(seen => seen.Id == id && seen.IsTerminal, $"the end of {id}");

    /// <summary>Waits for the first event, past or to come, that fits.</summary>
    public async Task<SeenEvent> FirstAsync(Func<SeenEvent, bool> fits, [CallerArgumentExpression(nameof(fits))] string what = "")
    {
        await UntilAsync(all => all.Any(fits), what);
        return Seen.First(fits);
    }

    /// <summary>Waits until the events so far fulfil a condition.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<SeenEvent>, bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            Task next;
            lock (gate) next = changed.Task;
            if (holds(Seen)) return;
            try
            {
                await next.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Not seen within {Patience.Long}: {what}. Events so far:\n{string.Join('\n', Seen.TakeLast(20).Select(e => $"{e.Kind} {e.Id} {e.Message}"))}", late);
            }
        }
    }

    /// <summary>A connection that is just being recovered may not close.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAny(connection.DisposeAsync().AsTask(), Task.Delay(TimeSpan.FromSeconds(20)));

    private Task AddAsync(BasicDeliverEventArgs delivery)
    {
        var body = Encoding.UTF8.GetString(delivery.Body.Span);
        using var document = JsonDocument.Parse(body);
        var key = delivery.RoutingKey.Split('.');
        var headers = string.Join(';', (delivery.BasicProperties.Headers ?? new Dictionary<string, object?>())
            .Select(header => $"{header.Key}={(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value)}"));
        var added = new SeenEvent(
            key[0], key[1], Guid.Parse(key[2]), document.RootElement.GetProperty("messageId").GetGuid(),
            document.RootElement.GetProperty("message").Clone(), $"{delivery.RoutingKey}\n{headers}\n{body}");
        lock (gate)
        {
            seen.Add(added);
            changed.TrySetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        return Task.CompletedTask;
    }
}
