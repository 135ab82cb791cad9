namespace Millrace.Tests.Servers;

/// <summary>A server whose address came from the environment: used, never stopped.</summary>
internal sealed class ForeignHost(string variable) : IServerHost
{
    public Task StartAsync() => throw NotOurs();

    public Task StopAsync(Stop how) => throw NotOurs();

    public void ThrowIfDead()
    {
    }

    public ValueTask DisposeAsync() => default;

    private InvalidOperationException NotOurs() => new(
        $"The server of {variable} belongs to somebody else and is not stopped or started by a test. Start a private one instead.");
}
