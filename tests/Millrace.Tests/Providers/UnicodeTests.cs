using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

[Integration]
public sealed class UnicodeTests
{
    private const string Text = "né 👩‍🌾 日本 🌾!";

    [Theory, EachWire]
    public async Task Text_arrives_exactly_wherever_the_network_splits_its_bytes(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);
        foreach (var pieces in new[] { 1, 2, 3, 5, 7, 64, 4096 })
        {
            server.Respond(call => call.InPiecesOf(pieces).Text(Text, Text).Stop());

            Assert.Equal(Text + Text, (await provider.Ask().ReadAsync()).Text());
        }
    }

    [Theory, EachWire]
    public async Task The_prompt_is_sent_exactly(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);
        var prompt = "  né \"quoted\" \\ 👩‍🌾\n\ttab  ";

        await provider.Stream(null, "m", [new(Microsoft.Extensions.AI.ChatRole.User, prompt)], TestContext.Current.CancellationToken).ReadAsync();

        var content = server.Calls[0].Body.GetProperty("messages")[0].GetProperty("content");
        Assert.Equal(prompt, content.ValueKind is System.Text.Json.JsonValueKind.Array ? content[0].GetProperty("text").GetString() : content.GetString());
    }
}
