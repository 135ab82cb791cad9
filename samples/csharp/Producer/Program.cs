using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Contracts;

// Publishes generation requests with nothing but MassTransit and the contracts, and prints one generation id a line:
//   AMQP_URL=amqp://guest:guest@localhost/ dotnet run --project samples/csharp/Producer -- "Why is the sky blue?"
// PROVIDER, MODEL and CHANNEL in the environment choose them; absent, the workers' defaults hold.
if (args.Length == 0)
{
    await Console.Error.WriteLineAsync("Give one or more prompts.");
    return 64;
}

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders(); // what goes wrong is said below, in one line
builder.Services.AddMassTransit(bus =>
{
    bus.DisableUsageTelemetry();
    bus.UsingRabbitMq((_, rabbit) => rabbit.Host(new Uri(Setting("AMQP_URL") ?? "amqp://guest:guest@localhost:5672/")));
});
using var host = builder.Build();
await host.StartAsync();

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
var publisher = host.Services.GetRequiredService<IBus>();
try
{
    foreach (var prompt in args)
    {
        var request = new GenerateRequested
        {
            GenerationId = Guid.CreateVersion7(),
            Prompt = prompt,
            Provider = Setting("PROVIDER"),
            Model = Setting("MODEL"),
            Channel = Setting("CHANNEL"),
        };
        // Mandatory: without it, a request that no worker's queue takes would be lost without a word.
        await publisher.Publish(request, context => context.Mandatory = true, deadline.Token);
        Console.WriteLine(request.GenerationId);
    }
}
catch (MessageReturnedException)
{
    await Console.Error.WriteLineAsync("No worker's queue takes requests on this broker; start a worker first.");
    return 1;
}
catch (OperationCanceledException) when (deadline.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("The broker of AMQP_URL did not confirm within 30 s.");
    return 1;
}

await host.StopAsync();
return 0;

static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
