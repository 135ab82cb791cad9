using Microsoft.Extensions.DependencyInjection;
using Millrace.Client.RabbitMq;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>What becomes of a tool's calls when services, connections and fleets come and go.</summary>
[Integration]
public sealed class ToolFaultTests(TestServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_a_stopping_service_has_begun_is_made_by_the_next_one()
    {
        await using var stage = await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
        var begun = new TaskCompletionSource();
        var (_, endAsync) = await stage.ServiceAsync(services => services.AddMillraceTool(
            async (CancellationToken cancellation) =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
                return "of the first";
            },
            "work"));
        var call = FakeTools.Call("work", "{}");
        await Until.TrueAsync(() => !stage.Fleet.Tools.Offers.IsEmpty);
        await stage.Fleet.Tools.SendAsync(call);
        await Until.DoneAsync(begun.Task);

        await Until.DoneAsync(endAsync());
        Assert.Empty(stage.Fleet.Tools.Answers);
        await stage.ServiceAsync(services => services.AddMillraceTool(() => "of the second", "work"));

        Assert.Equal("of the second", (await stage.Fleet.Tools.AnswerToAsync(call)).Result);
    }

    [Fact]
    public async Task A_service_that_is_there_before_the_fleet_offers_its_tool_when_the_fleet_comes_and_again_after_a_lost_connection()
    {
        var address = await servers.CreateVirtualHostAsync();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["ConnectionStrings:RabbitMq"] = address;
        var (made, go) = (0, new TaskCompletionSource());
        builder.Services.AddMillraceClient(Stage.Impatient).AddMillraceTool(
            async () =>
            {
                Interlocked.Increment(ref made);
                await go.Task;
                return "whole";
            },
            "early");
        using var host = builder.Build();
        await host.StartAsync(Token);
        await using var stage = await Stage.RabbitMqAsync(address);
        await Until.TrueAsync(() => !stage.Fleet.Tools.Offers.IsEmpty);
        var call = FakeTools.Call("early", "{}");
        await stage.Fleet.Tools.SendAsync(call);
        await Until.EqualAsync(1, () => made);

        await (await servers.RabbitMqAsync()).ControlAsync("close_all_connections", "--vhost", new Uri(address).AbsolutePath[1..], "as a test");
        await Until.TrueAsync(() => stage.Fleet.Tools.Offers.Count > 1);
        go.SetResult();

        Assert.Equal("whole", (await stage.Fleet.Tools.AnswerToAsync(call)).Result);
        Assert.Equal(1, made);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Two_replicas_share_the_calls()
    {
        await using var stage = await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
        var begun = new[] { "one", "two" }.ToDictionary(replica => replica, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        foreach (var replica in begun.Keys)
        {
            await stage.ServiceAsync(services => services.AddMillraceTool(
                async () =>
                {
                    begun[replica].TrySetResult();
                    await Task.WhenAll(begun.Values.Select(one => one.Task)); // each has one call at a time, so the first of one waits for the first of the other
                    return replica;
                },
                "shared",
                configure: options => options.Concurrency = 1));
        }

        await Until.EqualAsync(2, () => stage.Fleet.Tools.Offers.Select(offered => offered.RequestId).Distinct().Count());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stage.Fleet.Tools.AskAsync(FakeTools.Call("shared", "{}"))));

        Assert.Equal(new[] { "one", "two" }, answers.Select(answer => answer.Result).Distinct().Order());
        Assert.Equal(20, stage.Fleet.Tools.Answers.Count);
    }

    [Theory]
    [InlineData("get weather", 60, 1, "it must match [A-Za-z0-9_-]{1,64}")]
    [InlineData("get_weather", 0.5, 1, "Timeout is 00:00:00.5000000; it is between 1 s and 30 days")]
    [InlineData("get_weather", 60, 0, "Concurrency is 0; it is between 1 and 1,000.")]
    public void A_tool_that_no_fleet_takes_is_refused_where_it_is_added(string name, double seconds, int concurrency, string problem)
    {
        var refused = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddMillraceTool(
            () => 1, name, configure: options => (options.Timeout, options.Concurrency) = (TimeSpan.FromSeconds(seconds), concurrency)));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_twice_and_a_tool_without_a_client_are_told()
    {
        var twice = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddMillraceTool(() => 1, "same").AddMillraceTool(() => 2, "same"));
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddMillraceTool(() => 1, "alone");
        using var host = builder.Build();
        var alone = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));

        Assert.Contains("There is a tool 'same' already", twice.Message, StringComparison.Ordinal);
        Assert.Contains("AddMillraceClient", alone.Message, StringComparison.Ordinal);
    }
}
