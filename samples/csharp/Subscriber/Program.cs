using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Samples;

// Prints every generation's stream with nothing but MassTransit and the contracts, until Ctrl-C:
//   AMQP_URL=amqp://guest:guest@localhost/ dotnet run --project samples/csharp/Subscriber
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddMassTransit(bus =>
{
    bus.DisableUsageTelemetry();
    bus.AddConsumer<StreamPrinter>();
    bus.UsingRabbitMq((context, rabbit) =>
    {
        rabbit.Host(new Uri(Environment.GetEnvironmentVariable("AMQP_URL") ?? "amqp://guest:guest@localhost:5672/"));
        // One queue for all event types, one at a time: the pieces of a stream stay in order, and its end comes last.
        rabbit.ReceiveEndpoint($"millrace-subscriber-{Guid.NewGuid():N}", endpoint =>
        {
            endpoint.ConcurrentMessageLimit = 1;
            endpoint.PrefetchCount = 100;
            endpoint.QueueExpiration = TimeSpan.FromMinutes(1); // it outlives a lost connection, and not this program by much
            endpoint.ConfigureConsumer<StreamPrinter>(context);
        });
    });
});
await builder.Build().RunAsync();
