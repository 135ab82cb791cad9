using DotNet.Testcontainers.Containers;

namespace Millrace.Tests.Servers;

/// <summary>
/// A server in a container with a fixed host port, so that it comes back at the same address. Testcontainers makes and removes it
/// (its reaper also when the tests are killed); stop and start go to the engine's client, which can also kill.
/// </summary>
internal sealed class ContainerHost(IContainer container) : IServerHost
{
    private bool made;

    public async Task StartAsync()
    {
        if (made)
            await DockerEngine.RunAsync("start", container.Id);
        else
            await container.StartAsync();
        made = true;
    }

    public Task StopAsync(Stop how) => DockerEngine.RunAsync(how == Stop.Hard ? "kill" : "stop", container.Id);

    public void ThrowIfDead()
    {
    }

    public ValueTask DisposeAsync() => container.DisposeAsync();
}
