using Microsoft.Extensions.AI;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.Options;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

/// <summary>The client library over HTTP against real gateways: what is the gateway's part, and what happens when one dies.</summary>
[Integration]
public sealed class HttpClientFleetTests(TestServers servers)
{
    private static readonly byte[] Pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_whose_gateway_is_killed_goes_on_with_the_next_one_at_that_address_without_gap_or_double()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var gateway = await fleet.AddProcessAsync(role: "gateway");
        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = gateway.Url, ApiKey = await TestKeys.CreateAsync(fleet.Postgres) });
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("one ", "two ").HoldUntil(rest.Task).Text("three ", "four").Usage(1, 4).Stop());

        await using var stream = client.StreamAsync("Count.", cancellationToken: Token);
        var waiting = client.WaitAsync((await StartedAsync(fleet, stream)).GenerationId, Token);
        var (read, text) = (new List<long>(), "");
        await foreach (var chunk in stream)
        {
            read.Add(chunk.Sequence);
            text += chunk.Text;
            if (text != "one two ") continue;
            await gateway.KillAsync();
            rest.TrySetResult();
            await fleet.AddProcessAsync(role: "gateway", url: gateway.Url);
        }

        Assert.Equal("one two three four", text);
        Assert.Equal(Enumerable.Range(1, read.Count).Select(n => (long)n), read);
        Assert.Equal(text, (await stream.Completion).Text);
        Assert.Equal(text, (await waiting).Text);
        Assert.Single(fleet.Provider.Calls);
    }

    [Fact]
    public async Task What_the_gateway_refuses_is_the_exception_that_says_so()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var options = new MillraceHttpOptions { Gateway = (await fleet.AddGatewayAsync()).Url, ApiKey = await TestKeys.CreateAsync(fleet.Postgres) };
        await using var client = new MillraceClient(options);
        await using var impatient = new MillraceClient(new MillraceHttpOptions { Gateway = options.Gateway, ApiKey = options.ApiKey, UnknownAfter = TimeSpan.FromMilliseconds(300) });
        fleet.Provider.Respond(call => call.Text("yes").Usage(1, 1).Stop());
        var request = FleetFixture.Request();
        await client.GenerateAsync(request, Token);

        Assert.Equal("yes", (await client.GenerateAsync(request, Token)).Text);
        Assert.Equal(RejectionReason.DifferentRequest, (await Assert.ThrowsAsync<RequestRejectedException>(() => client.SubmitAsync(request with { Prompt = "Other." }, Token))).Rejected.Reason);
        await Assert.ThrowsAsync<RequestRejectedException>(() => client.GenerateAsync(request with { Prompt = "Other." }, Token));
        var invalid = FleetFixture.Request() with { Options = new GenerationOptions { Temperature = 7 } };
        Assert.Equal(FailureReason.InvalidRequest, (await Assert.ThrowsAsync<GenerationFailedException>(() => client.SubmitAsync(invalid, Token))).Failed.Reason);
        Assert.Equal(FailureReason.InvalidRequest, (await Assert.ThrowsAsync<GenerationFailedException>(() => client.WaitAsync(invalid.GenerationId, Token))).Failed.Reason);
        await using var stream = client.StreamAsync(FleetFixture.Request() with { MaxSteps = 1_000 }, Token);
        await Assert.ThrowsAsync<GenerationFailedException>(() => stream.Completion);
        await Assert.ThrowsAsync<GenerationNotFoundException>(() => impatient.WaitAsync(Guid.NewGuid(), Token));
        await Assert.ThrowsAsync<GenerationNotFoundException>(() => impatient.CancelAsync(Guid.NewGuid(), "why & how?", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ApproveToolCallAsync(request.GenerationId, "call-1", Token));

        await using var reader = new MillraceClient(new MillraceHttpOptions { Gateway = options.Gateway, ApiKey = await TestKeys.CreateAsync(fleet.Postgres, key => key with { Scopes = "read" }) });
        await using var stranger = new MillraceClient(new MillraceHttpOptions { Gateway = options.Gateway, ApiKey = "mr_of_another_fleet" });
        Assert.Equal("yes", (await reader.WaitAsync(request.GenerationId, Token)).Text);
        Assert.Empty(await reader.ListSessionsAsync(cancellationToken: Token).ToListAsync(Token));
        await Assert.ThrowsAsync<AccessRefusedException>(() => reader.CreateSession().SaveAsync(Token));
        await Assert.ThrowsAsync<AccessRefusedException>(() => reader.SubmitAsync("No.", cancellationToken: Token));
        var refused = await Assert.ThrowsAsync<AccessRefusedException>(() => stranger.WaitAsync(request.GenerationId, Token));
        Assert.StartsWith("The API key is not known.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("of_another_fleet", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capabilities_uploads_and_tools_of_the_callers_own_go_over_HTTP_too()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = (await fleet.AddGatewayAsync()).Url, ApiKey = await TestKeys.CreateAsync(fleet.Postgres) });
        fleet.Provider.Respond(call =>
        {
            if (call.Number == 1) call.ToolCall("weather", """{"city":"Oslo"}""").Finish("tool_calls");
            else call.Text("Snow.").Usage(1, 1).Stop();
        });

        Assert.Equal("m", Assert.Single(await client.CapabilitiesAsync("scripted", cancellationToken: Token)).Model);
        Assert.Contains("scripted", (await Assert.ThrowsAsync<ProviderNotFoundException>(() => client.CapabilitiesAsync("opnai", cancellationToken: Token))).Message, StringComparison.Ordinal);
        var picture = await client.UploadAsync(Pixel, name: "a pixel.png", cancellationToken: Token);
        var asked = FleetFixture.Request() with
        {
            Prompt = null,
            Messages = [new PromptMessage(MessageRole.User, "Where is this, and how is the weather?") { Attachments = [picture] }],
            CallerTools = [new CallerTool { Name = "weather" }],
        };

        var call = Assert.Single((await client.GenerateAsync(asked, Token)).ToolCalls!);

        Assert.Equal(("weather", """{"city":"Oslo"}"""), (call.Name, call.Arguments));
        Assert.Contains("data:image/png;base64,", fleet.Provider.Calls[0].RawBody, StringComparison.Ordinal);
        using var chat = new FunctionInvokingChatClient(client.AsChatClient());
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string city) => $"{city}: snow", "weather").AsCallerTool()] };
        Assert.Equal("Snow.", (await chat.GetResponseAsync("How is the weather?", options, Token)).Text);
    }

    private static async Task<GenerationStream> StartedAsync(FleetFixture fleet, GenerationStream stream)
    {
        await stream.Opened;
        await fleet.Provider.NextCallAsync(Token);
        return stream;
    }
}
