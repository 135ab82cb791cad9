using System.Diagnostics;
using Millrace.Bench;

// What this machine does with the same streams through the same SDK when there is no queue, no database and no fleet.
var arguments = new Arguments(args, "url", "model", "count", "in-flight", "warmup");
var model = MockModel.Parse(arguments.Text("model", "mock-c50"));
var count = arguments.Number("count", 3000);
var inFlight = arguments.Number("in-flight", 200);
using var reader = new StreamReading(new Uri(arguments.Text("url", "http://127.0.0.1:5080/v1")), model);

await reader.RunAsync(arguments.Number("warmup", inFlight), inFlight);
var cpuBefore = Report.CpuSeconds;
var started = Stopwatch.GetTimestamp();
var outcomes = await reader.RunAsync(count, inFlight);
var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

Report.Print(new
{
    kind = "ceiling",
    model = model.Name,
    generations = count,
    inFlight,
    seconds = Math.Round(seconds, 3),
    perSecond = Math.Round(count / seconds, 1),
    firstTokenMs = Percentiles.Of([.. outcomes.Where(o => o.Whole).Select(o => o.FirstTokenMs)]),
    overheadMs = Percentiles.Of([.. outcomes.Where(o => o.Whole).Select(o => o.OverheadMs)]),
    failures = outcomes.Count(o => !o.Whole),
    cpuSeconds = Math.Round(Report.CpuSeconds - cpuBefore, 2),
});
return outcomes.All(o => o.Whole) ? 0 : 1;
