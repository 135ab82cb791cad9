using Microsoft.Extensions.AI;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

[Integration]
public sealed class StreamTests
{
    [Theory, EachWire]
    public async Task The_whole_conversation_is_sent_in_order(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);
        ChatMessage[] messages = [new(ChatRole.System, "rules"), new(ChatRole.User, "one"), new(ChatRole.Assistant, "two"), new(ChatRole.User, "three")];

        await provider.Stream(null, "m", messages, TestContext.Current.CancellationToken).ReadAsync();

        var body = server.Calls[0].RawBody;
        var order = new[] { "one", "two", "three" }.Select(text => body.IndexOf($"\"{text}\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(order.Order(), order);
        Assert.DoesNotContain(-1, order);
        Assert.Contains("\"rules\"", body);
        Assert.Equal(wire is Wire.Anthropic, server.Calls[0].Body.TryGetProperty("system", out _));
    }

    [Theory, EachWire]
    public async Task Many_streams_run_side_by_side_over_one_provider(Wire wire)
    {
        var gate = new TaskCompletionSource();
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("a").HoldUntil(gate.Task).Text($"-{call.Number}").Stop());
        using var provider = server.Provider(wire, options => options.MaxConnections = 100);
        var readings = Enumerable.Range(0, 100).Select(_ => provider.Ask().ReadAsync()).ToList();
        for (var i = 0; i < 100; i++) await server.NextCallAsync(TestContext.Current.CancellationToken);

        gate.SetResult();
        var texts = (await Task.WhenAll(readings)).Select(updates => updates.Text());

        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"a-{i}").Order(), texts.Order());
        Assert.Equal(100, server.PeakConcurrency);
    }
}
