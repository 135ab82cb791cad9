namespace Millrace.Tests.Servers;

/// <summary>Where a server runs: as a private process of this machine, in a container, or somewhere that the tests do not control.</summary>
internal interface IServerHost : IAsyncDisposable
{
    /// <summary>Begins to start the server, with the port and data it had before. Does not wait until it answers.</summary>
    Task StartAsync();

    /// <summary>Ends the server and waits for its end. <paramref name="how"/> says whether it may tidy up.</summary>
    Task StopAsync(Stop how);

    /// <summary>Throws, with what the server said, when it has ended by itself.</summary>
    void ThrowIfDead();
}

/// <summary>How a test ends a server.</summary>
public enum Stop
{
    /// <summary>As an operator would: connections are told, data is flushed.</summary>
    Graceful,

    /// <summary>As a power cut would: nobody is told anything.</summary>
    Hard,
}
