using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>The AI SDK with its OpenAI provider as it is: it names the items of earlier turns instead of sending them.</summary>
[Collection(EmbeddedServer.Name)]
[Integration]
public sealed class AiSdkTests(EmbeddedServer server)
{
    [Fact]
    public async Task Two_turns_with_a_tool_work()
    {
        var told = await OfficialClient.RunScriptAsync("ai-sdk.mjs", server.Url);

        Assert.Equal(["Paris", "Paris"], told.GetProperty("cities").EnumerateArray().Select(city => city.GetString()!));
        Assert.All(["text", "streamed"], name => Assert.EndsWith("The tools said: Sunny in Paris.", told.Text(name), StringComparison.Ordinal));
        Assert.Contains("msg", told.GetProperty("named")[2].EnumerateArray().Select(kind => kind.GetString())); // else this test would prove nothing
    }
}
