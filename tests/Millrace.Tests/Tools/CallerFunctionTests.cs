using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Client;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;
using static Millrace.Tests.Tools.ToolTalk;
using static Millrace.Tests.Tools.ToolWires;

namespace Millrace.Tests.Tools;

/// <summary>Code for a chat client that runs its own functions, moved to the fleet.</summary>
[Collection(ToolFleet.Name)]
[Integration]
public sealed class CallerFunctionTests(ToolFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;
    private readonly string marker = $"function {Guid.NewGuid():N}";

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Functions_run_where_they_are_and_the_fleets_tools_in_the_fleet(bool streaming, bool inSession)
    {
        fleet.Provider.Respond(call =>
        {
            if (HasResults(call)) call.Text(string.Join(" | ", ResultsIn(call))).Usage(3, 2).Stop();
            else call.Text("Let me see. ").ToolCall("look_up", Arguments(marker + " 1"), "a").ToolCall("effect", Arguments(marker + " 2"), "b")
                .ToolCall("look_up", Arguments(marker + " 3"), "c").Finish("tool_calls");
        });
        using var service = await ServiceAsync();
        using var chat = service.Services.GetRequiredService<MillraceClient>().AsChatClient().AsBuilder().UseFunctionInvocation().Build();
        var made = new List<string>();
        var lookUp = AIFunctionFactory.Create((string what) => { made.Add(what); return $"found: {what}"; }, "look_up", "Looks it up here.");
        var session = inSession ? Guid.CreateVersion7() : default(Guid?);
        var options = new ChatOptions { ConversationId = session?.ToString(), Tools = [lookUp.AsCallerTool(), AIFunctionFactory.Create(() => 1, "effect")] };

        var response = streaming
            ? await chat.GetStreamingResponseAsync(marker, options, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await chat.GetResponseAsync(marker, options, TestContext.Current.CancellationToken);

        Assert.Equal([marker + " 1", marker + " 3"], made);
        Assert.Single(given.Desk.For(marker + " 2"));
        Assert.EndsWith($"found: {marker} 1 | done: {marker} 2 | found: {marker} 3", response.Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        var asked = given.ValidCalls("scripted", marker);
        Assert.Equal((2, 0), (asked.Count, asked[1].Times("No result of this call")));
        if (session is { } id)
            Assert.Equal(
                [MessageRole.User, MessageRole.Assistant, MessageRole.Tool, MessageRole.Tool, MessageRole.Assistant],
                (await fleet.TranscriptAsync(id)).Select(message => message.Role));
    }

    private async Task<IHost> ServiceAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:RabbitMq", fleet.RabbitMq)]);
        builder.Services.AddMillraceClient(Patience.Give);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
