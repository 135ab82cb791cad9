using System.Diagnostics;
using Millrace.Bench;
using RabbitMQ.Client.Exceptions;

// Another service's view of the fleet: publishes requests, reads the events, and keeps so many generations in flight.
var arguments = new Arguments(args, "amqp", "provider", "model", "count", "in-flight", "warmup", "patience");
var amqp = new Uri(arguments.Text("amqp", "amqp://guest:guest@127.0.0.1:5672/"));
var model = MockModel.Parse(arguments.Text("model", "mock-c50"));
var count = arguments.Number("count", 3000);
var inFlight = arguments.Number("in-flight", 200);
var patience = TimeSpan.FromSeconds(arguments.Number("patience", 60));
var label = $"bench-{Guid.NewGuid():N}";

try
{
    var watch = new Watch(model);
    await using var events = await EventQueue.OpenAsync(amqp, label, watch);
    await using var requests = await RequestPublisher.OpenAsync(amqp, label, arguments.Text("provider", "mock"), model.Name);
    var load = new Load(requests, watch, patience);

    foreach (var (size, isWarmup) in new[] { (arguments.Number("warmup", inFlight), true), (count, false) })
    {
        watch.Reset();
        var cpuBefore = Report.CpuSeconds;
        var started = Stopwatch.GetTimestamp();
        await load.RunAsync(size, inFlight);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        if (isWarmup && watch.Failures == 0)
            continue;
        Report.Print(watch.Summary(size, inFlight, seconds, Report.CpuSeconds - cpuBefore));
        if (watch.Failures > 0) // a fleet that failed in the warm-up would only be waited for again
            return 1;
    }
    return 0;
}
catch (Exception fault) when (fault is InvalidOperationException or RabbitMQClientException or BrokerUnreachableException)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 2;
}
