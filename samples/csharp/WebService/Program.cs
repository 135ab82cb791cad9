// A web service with an answer and a stream of its own. How it reaches the fleet is configuration: over the broker, or over HTTP by way of a gateway.
//   ConnectionStrings__RabbitMq=amqp://guest:guest@localhost:5672/  dotnet run --project samples/csharp/WebService
//   ConnectionStrings__Millrace=http://localhost:8080 Millrace__ApiKey=…  dotnet run --project samples/csharp/WebService
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Samples;

var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration.GetConnectionString("Millrace") is not null) builder.Services.AddMillraceHttpClient();
else builder.Services.AddMillraceClient();
var app = builder.Build();

// Your own rules belong here: who may ask, for what, how often.
app.MapPost("/generate", async (Question question, MillraceClient fleet, CancellationToken left) =>
{
    try
    {
        var answer = await fleet.GenerateAsync(question.Prompt, question.Model, left);
        return Results.Ok(new { answer.Text, answer.Model, answer.GenerationId });
    }
    catch (GenerationFailedException failure)
    {
        return Results.Problem(failure.Failed.Message, statusCode: failure.Failed.Reason == FailureReason.InvalidRequest ? 400 : 502);
    }
});
app.MapPost("/stream", (Question question, MillraceClient fleet, CancellationToken left) =>
    TypedResults.ServerSentEvents(TellAsync(fleet.StreamAsync(question.Prompt, question.Model, left), left)));
await app.RunAsync();

// Text as it comes. After a worker has died another one begins again: "restart" says to forget what was told.
static async IAsyncEnumerable<SseItem<string>> TellAsync(GenerationStream stream, [EnumeratorCancellation] CancellationToken left)
{
    await foreach (var chunk in stream.WithCancellation(left))
    {
        if (chunk.Kind == ChunkKind.Text) yield return new(chunk.Text!, "text");
        if (chunk.Kind == ChunkKind.Restarted) yield return new("", "restart");
    }
    yield return new((await stream.Completion).FinishReason.ToString(), "done");
}

namespace Millrace.Samples
{
    internal sealed record Question(string Prompt, string? Model);
}
