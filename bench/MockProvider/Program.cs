using System.Text.Json;
using Millrace.Bench;

// A provider that costs next to nothing: the OpenAI wire, with the stream's shape in the model's name. Listens on ASPNETCORE_URLS. With --limit N it takes no
// more than N calls in any 60 seconds, with --faults 0.02 two of a hundred go wrong; /window tells what it has seen.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
var counters = new Counters();
var window = new RateWindow(app.Configuration.GetValue<int?>("limit"));
var faults = new Faults(app.Configuration.GetValue("faults", 0.0));

app.MapGet("/v1/models", () => Results.Text(
    """{"object":"list","data":[{"id":"mock-c50-d20-f100","object":"model","created":1694268190,"owned_by":"bench"}]}""", "application/json"));
app.MapGet("/stats", () => Results.Text(counters.ToJson(), "application/json"));
app.MapGet("/window", () => Results.Text(window.ToJson(), "application/json"));
app.MapPost("/window/restart", () => window.Restart());
app.MapPost("/v1/chat/completions", async context =>
{
    var receivedUs = WallClock.NowUs;
    if (!window.Enter(receivedUs))
    {
        context.Response.Headers.RetryAfter = "1";
        await ErrorAnswer.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many calls in this minute.");
        return;
    }
    if (await faults.MeetAsync(context)) return;

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
