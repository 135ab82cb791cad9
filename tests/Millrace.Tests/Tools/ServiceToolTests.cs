using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq;
using Millrace.Client.RabbitMq.Tools;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>Tools of services, and consent, against real workers.</summary>
[Collection(ToolFleet.Name)]
[Integration]
public sealed class ServiceToolTests(ToolFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;
    private readonly Desk desk = given.Desk;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_calls_a_function_of_another_service_and_a_session_keeps_what_was_said()
    {
        var seen = new List<RemoteToolCall>();
        using var service = await ServiceAsync(services => services.AddMillraceTool(
            (string what) =>
            {
                seen.Add(RemoteToolCall.Current!);
                return new { what, found = 3 };
            },
            "look_up"));
        var client = service.Services.GetRequiredService<MillraceClient>();
        fleet.Provider.Respond(call => CallThenTell(call, ("look_up", "Ärger")));

        var session = client.CreateSession();
        var answer = await UntilOfferedAsync(() => session.GenerateAsync("Look up 4711.", ["look_up"], Token));

        Assert.Equal("""The desk said: {"what":"Ärger","found":3}""", answer.Text);
        Assert.Equal((answer.GenerationId, session.Id), (Assert.Single(seen).GenerationId, seen[0].SessionId!.Value));
        var transcript = await session.MessagesAsync(cancellationToken: Token).ToListAsync(Token);
        Assert.Equal([MessageRole.User, MessageRole.Assistant, MessageRole.Tool, MessageRole.Assistant], transcript.Select(message => message.Role));
        Assert.Equal("look_up", Assert.Single(transcript[1].ToolCalls!).Name);
        Assert.Equal("""{"what":"Ärger","found":3}""", Assert.Single(transcript[2].ToolResults!).Text);
        await client.RemoveToolAsync("look_up", Token);
        var gone = await Assert.ThrowsAsync<GenerationFailedException>(() => client.GenerateAsync(Ask("Look up 4712.", "look_up"), Token));
        Assert.Equal(FailureReason.InvalidRequest, gone.Failed.Reason);
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task A_person_agrees_to_one_call_and_refuses_another()
    {
        using var service = await ServiceAsync(_ => { });
        var client = service.Services.GetRequiredService<MillraceClient>();
        var (agreed, refused) = ($"agreed {Guid.NewGuid()}", $"refused {Guid.NewGuid()}");
        fleet.Provider.Respond(call => CallThenTell(call, ("effect_if_agreed", call.RawBody.Contains(agreed, StringComparison.Ordinal) ? agreed : refused)));

        await using var first = client.StreamAsync(Ask($"Do {agreed}.", "effect_if_agreed"), Token);
        await using var second = client.StreamAsync(Ask($"Do {refused}.", "effect_if_agreed"), Token);
        Guid[] own = [first.GenerationId, second.GenerationId];
        await foreach (var asked in client.ToolApprovalsAsync(Token).Where(asked => own.Contains(asked.GenerationId)).Take(2))
        {
            if (asked.GenerationId == own[0]) await client.ApproveToolCallAsync(asked.GenerationId, asked.Call.Id, Token);
            else await client.DenyToolCallAsync(asked.GenerationId, asked.Call.Id, "Not on Sundays.", Token);
        }

        Assert.Equal($"The desk said: done: {agreed}", (await Until.DoneAsync(first.Completion)).Text);
        Assert.EndsWith("The call was refused, so it was not made. Not on Sundays.", (await Until.DoneAsync(second.Completion)).Text, StringComparison.Ordinal);
        Assert.Empty(desk.For(refused));
        await service.StopAsync(Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chat_client_that_runs_functions_leaves_the_fleets_calls_alone(bool streaming)
    {
        using var service = await ServiceAsync(_ => { });
        var (what, ranHere) = ($"chat {Guid.NewGuid()}", 0);
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));
        using var chat = new FunctionInvokingChatClient(service.Services.GetRequiredService<MillraceClient>().AsChatClient());
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string what) => ranHere++, "effect")] };
        List<ChatMessage> conversation = [new(ChatRole.User, $"Do it. {what}")];

        var response = streaming
            ? await chat.GetStreamingResponseAsync(conversation, options, Token).ToChatResponseAsync(Token)
            : await chat.GetResponseAsync(conversation, options, Token);

        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(message => message.Role));
        Assert.Equal($"The desk said: done: {what}", response.Messages[^1].Text);
        Assert.Equal((0, 1), (ranHere, desk.For(what).Count));
        conversation.AddRange(response.Messages);
        conversation.Add(new(ChatRole.User, "And now?"));
        fleet.Provider.Respond(call => call.Text($"{call.Body.GetProperty("messages").GetArrayLength()} messages").Stop());
        Assert.Equal("5 messages", (await chat.GetResponseAsync(conversation, options, Token)).Text);
        await service.StopAsync(Token);
    }

    /// <summary>A service offers its tools when it has started; until the fleet has them it refuses their names.</summary>
    private static async Task<GenerationCompleted> UntilOfferedAsync(Func<Task<GenerationCompleted>> ask)
    {
        return (await Until.FitsAsync(TryAsync, answer => answer is not null, "the fleet to have the tool"))!;

        async Task<GenerationCompleted?> TryAsync()
        {
            try
            {
                return await ask();
            }
            catch (GenerationFailedException early) when (early.Failed.Reason == FailureReason.InvalidRequest)
            {
                return null;
            }
        }
    }

    private async Task<IHost> ServiceAsync(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ConnectionStrings:RabbitMq"] = fleet.RabbitMq;
        builder.Services.AddMillraceClient(Patience.Give);
        add(builder.Services);
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }
}
