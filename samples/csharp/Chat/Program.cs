// A conversation with the fleet: dotnet run -- --ConnectionStrings:RabbitMq=amqp://guest:guest@localhost:5672 --Model=simulated/words
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Client;
using Millrace.Client.RabbitMq;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddMillraceClient();
using var host = builder.Build();
await host.StartAsync();

using var chat = host.Services.GetRequiredService<MillraceClient>().AsChatClient(builder.Configuration["Model"]);
var conversation = new List<ChatMessage>();
for (Console.Write("> "); Console.ReadLine() is { Length: > 0 } line; Console.Write("\n> "))
{
    conversation.Add(new(ChatRole.User, line));
    var answer = new List<ChatResponseUpdate>();
    await foreach (var update in chat.GetStreamingResponseAsync(conversation))
    {
        Console.Write(update.Text);
        answer.Add(update);
    }

    conversation.AddMessages(answer);
}

await host.StopAsync();
