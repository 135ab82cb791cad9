// A worker with tools of its own; in everything else, verbs and settings, it is the worker. Run it in the other's place:
//   dotnet run --project samples/csharp/ToolWorker -- serve
using System.Collections.Concurrent;
using System.ComponentModel;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Worker;

using var weather = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("WEATHER_URL") ?? "https://wttr.in/") };
var bookings = new ConcurrentDictionary<string, int>();

return await MillraceWorker.RunAsync(args, tools => tools
    .Add(GetWeather, "get_weather", options: new ToolOptions { Timeout = TimeSpan.FromSeconds(20), Idempotent = true })
    .Add(BookTable, "book_table", options: new ToolOptions { Idempotent = true, Parallel = false }));

// The model knows the tool's name, these descriptions and the types. It gets what is returned: a text as it is, everything else as
// JSON; and what is thrown, as an error. The token fires when the call takes too long or its generation is cancelled.
[Description("The weather in a city, as it is now.")]
Task<string> GetWeather([Description("The city, such as 'Paris' or 'Paris, Texas'.")] string city, CancellationToken cancellation) =>
    weather.GetStringAsync(new Uri($"{Uri.EscapeDataString(city)}?format=3", UriKind.Relative), cancellation);

// It does something, and is idempotent all the same: when a worker dies in the middle of a call, the call is made again with the
// same key, and what has been done under that key is not done twice. (Here the book is in memory; yours is a table, the key unique.)
[Description("Books a table in the restaurant.")]
string BookTable([Description("For how many.")] int guests, [Description("When it is for, as ISO 8601.")] DateTimeOffset at)
{
    var number = bookings.GetOrAdd(ToolCallContext.Current!.IdempotencyKey, _ => bookings.Count + 1);
    return FormattableString.Invariant($"Booking {number}: {guests} guests, {at:yyyy-MM-dd HH:mm}.");
}
