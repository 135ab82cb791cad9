using Millrace.Engine.Settings;
using OpenTelemetry.Resources;

namespace Millrace.Worker.Hosting;

/// <summary>Who speaks: <c>millrace</c>, and the worker's id; a process without a worker gets an id of its own.</summary>
internal sealed class WorkerResource(WorkerIdentity? worker) : IResourceDetector
{
    public Resource Detect() => new(
    [
        new("service.name", "millrace"),
        new("service.instance.id", (worker?.Id ?? Guid.NewGuid()).ToString()),
        new("service.version", typeof(WorkerResource).Assembly.GetName().Version!.ToString(3)),
    ]);
}
