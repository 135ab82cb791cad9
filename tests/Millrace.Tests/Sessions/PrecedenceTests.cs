using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>A request's own word goes before its session's, and that before the configuration's.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class PrecedenceTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task Options_of_the_request_go_before_those_of_the_session()
    {
        var session = Guid.CreateVersion7();
        await fleet.AskAsync(Asked(SessionOperation.Create, session) with
        {
            Options = new GenerationOptions { Temperature = 0.25, MaxOutputTokens = 50, Stop = ["END"] },
        });

        var bare = await HeardAsync(Turn(session, "bare"));
        var own = await HeardAsync(Turn(session, "own") with { Options = new GenerationOptions { Temperature = 0.75, TopP = 0.5 } });

        Assert.Equal((0.25, 50), (bare.GetProperty("temperature").GetDouble(), bare.GetProperty("max_tokens").GetInt32()));
        Assert.Equal((0.75, 50), (own.GetProperty("temperature").GetDouble(), own.GetProperty("max_tokens").GetInt32()));
        Assert.Equal("END", own.GetProperty("stop")[0].GetString());
        Assert.Equal(0.5, own.GetProperty("top_p").GetDouble());
        Assert.False(bare.TryGetProperty("top_p", out _));
    }

    [Fact]
    public async Task The_system_prompt_of_the_request_holds_for_its_turn_and_the_session_keeps_its_own()
    {
        var session = await fleet.CreateAsync();

        await HeardAsync(Turn(session, "own") with { SystemPrompt = "Be long." });
        Assert.Equal(Said.System("Be long."), Said.In(fleet.Provider.Calls[^1])[0]);
        await HeardAsync(Turn(session, "bare"));
        Assert.Equal(Said.System("Be brief."), Said.In(fleet.Provider.Calls[^1])[0]);

        Assert.Equal("Be brief.", (await fleet.AskAsync(SessionOperation.Read, session)).Session!.SystemPrompt);
    }

    [Fact]
    public async Task Model_and_provider_of_the_request_go_before_those_of_the_session()
    {
        var session = Guid.CreateVersion7();
        await fleet.AskAsync(Asked(SessionOperation.Create, session) with { Provider = "narrow", Model = "its-own" });

        Assert.Equal("its-own", (await HeardAsync(Turn(session, "bare"))).GetProperty("model").GetString());
        Assert.Equal("other", (await HeardAsync(Turn(session, "model") with { Model = "other" })).GetProperty("model").GetString());
        Assert.Equal("m", (await HeardAsync(Turn(session, "provider") with { Provider = "scripted" })).GetProperty("model").GetString());

        Assert.Equal(
            ["narrow", "narrow", "scripted"],
            (await fleet.TranscriptAsync(session)).Where(message => message.Role == MessageRole.Assistant).Select(message => message.Provider));
    }

    [Theory]
    [InlineData("narrow", "first-model")]
    [InlineData(null, "narrow/first-model")]
    public async Task A_session_takes_system_prompt_provider_and_model_of_its_first_request_and_nothing_else(string? provider, string model)
    {
        var session = Guid.CreateVersion7();

        await HeardAsync(Turn(session, "first") with
        {
            SystemPrompt = "Be first.",
            Provider = provider,
            Model = model,
            Options = new GenerationOptions { Temperature = 0.25 },
        });
        var second = await HeardAsync(Turn(session, "second"));

        Assert.Equal("first-model", second.GetProperty("model").GetString());
        Assert.Equal(Said.System("Be first."), Said.In(fleet.Provider.Calls[^1])[0]);
        Assert.False(second.TryGetProperty("temperature", out _));
        Assert.Equal("narrow", (await fleet.TranscriptAsync(session))[^1].Provider);
    }

    private async Task<JsonElement> HeardAsync(GenerateRequested turn)
    {
        fleet.Provider.Respond(call => call.Text("ok").Stop());
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(await fleet.SubmitAsync(turn))).Kind);
        Assert.Equal(turn.Prompt, Said.LastIn(fleet.Provider.Calls[^1]));
        return fleet.Provider.Calls[^1].Body;
    }
}
