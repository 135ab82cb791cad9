namespace Millrace.Worker.Cli;

/// <summary>A host that leaves signals to the verb that runs in it.</summary>
internal sealed class SelfInterrupted : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
