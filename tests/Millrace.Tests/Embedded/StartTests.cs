using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Embedded;

public sealed class StartTests
{
    /// <summary>A ticket that was sent before its lane was open would wait for the sweeper's patience, a request for ever.</summary>
    [Fact]
    public async Task When_the_host_has_started_every_queue_is_open()
    {
        using var folder = new ScratchFolder("start");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider, ("Millrace:SweepInterval", "00:01:00"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => worker.Client.GenerateAsync($"Say {n}.")))
            .WaitAsync(TimeSpan.FromSeconds(50));

        Assert.All(answers, answer => Assert.Equal("Hello", answer.Text));
    }
}
