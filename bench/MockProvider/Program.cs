using System.Text.Json;
using Millrace.Bench;

// A provider that costs next to nothing: the OpenAI wire, with the stream's shape in the model's name. Listens on ASPNETCORE_URLS.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
var counters = new Counters();

app.MapGet("/v1/models", () => Results.Text(
    """{"object":"list","data":[{"id":"mock-c50-d20-f100","object":"model","created":1694268190,"owned_by":"bench"}]}""", "application/json"));
app.MapGet("/stats", () => Results.Text(counters.ToJson(), "application/json"));
app.MapPost("/v1/chat/completions", async context =>
{
    var receivedUs = WallClock.NowUs;
    ChatRequest request;
    try
    {
        request = await ChatRequest.ReadAsync(context.Request, context.RequestAborted);
    }
    catch (JsonException e)
    {
        await ErrorAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, $"The body is not JSON: {e.Message}");
        return;
    }

    if (!request.Stream)
        await ErrorAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, "This provider only streams. Set \"stream\": true.");
    else if (!MockModel.TryParse(request.Model, out var model))
        await ErrorAnswer.WriteAsync(context, StatusCodes.Status404NotFound,
            $"The model '{request.Model}' does not exist. Shape: mock-c<chunks>-d<ms between>-f<ms before the first>.");
    else
        await ChatStream.WriteAsync(context, model, request.IncludeUsage, receivedUs, counters);
});

await app.RunAsync();
