namespace Millrace.Tests.Servers;

/// <summary>A worker or a gateway that runs: inside the tests' process (<see cref="LocalWorker"/>), or as one of its own that can be killed (<see cref="WorkerProcess"/>).</summary>
internal interface IWorker : IAsyncDisposable
{
    /// <summary>Where it listens for HTTP.</summary>
    Uri Url { get; }

    /// <summary>All lines that it has logged so far.</summary>
    IReadOnlyList<string> Lines { get; }

    /// <summary>The first line, past or to come, that holds the text.</summary>
    Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null);

    /// <summary>Returns when <c>/health/ready</c> says so.</summary>
    Task WaitReadyAsync(TimeSpan? timeout = null);
}
