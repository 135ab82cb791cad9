using Microsoft.Extensions.AI;
using Millrace.Tests.ScriptedProviders;
using Xunit;

namespace Millrace.Tests.Providers;

public sealed class StreamTests
{
    [Theory, EachWire]
    public async Task A_stream_arrives_whole_with_its_reason_and_the_providers_own_usage(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Header("x-request-id", "req-77").Text("Hel", "lo").Usage(3, 2).Stop());
        using var provider = server.Provider(wire);
        var stream = provider.Ask();

        var updates = await stream.ReadAsync();

        Assert.Equal("Hello", updates.Text());
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.Equal((3, 2), (updates.Usage()!.InputTokenCount, updates.Usage()!.OutputTokenCount));
        Assert.Equal("req-77", stream.RequestId);
        Assert.Equal("test-model", server.Calls[0].Body.GetProperty("model").GetString());
    }
}
