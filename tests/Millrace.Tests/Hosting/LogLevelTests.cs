using Millrace.Tests.Servers;

namespace Millrace.Tests.Hosting;

/// <summary>How much the libraries say is a default, which any configuration replaces.</summary>
[Integration]
public sealed class LogLevelTests
{
    private const string OfTheBus = " MassTransit";

    [Fact]
    public async Task The_bus_says_only_what_went_wrong()
    {
        await using var worker = await LocalWorker.StartAsync();

        Assert.Contains(worker.Lines, line => line.Contains("Now listening on", StringComparison.Ordinal));
        Assert.DoesNotContain(worker.Lines, line => line.Contains($"info:{OfTheBus}", StringComparison.Ordinal) || line.Contains($"dbug:{OfTheBus}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_says_more_when_it_is_asked_to()
    {
        await using var worker = await LocalWorker.StartAsync(settings: new Dictionary<string, string?> { ["Logging__LogLevel__MassTransit"] = "Debug" });

        await worker.WaitForLineAsync($"dbug:{OfTheBus}");
        await worker.WaitForLineAsync($"info:{OfTheBus}");
    }
}
