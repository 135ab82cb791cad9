using System.ComponentModel;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Millrace.Client;
using Millrace.Client.RabbitMq;
using Millrace.Client.RabbitMq.Tools;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>What a service with tools promises on every transport.</summary>
public abstract class ToolContract
{
    private protected abstract Task<Stage> StageAsync();

    [Fact]
    public async Task A_method_is_offered_as_it_describes_itself_and_called_with_its_arguments()
    {
        await using var stage = await StageAsync();
        var (services, _) = await stage.ServiceAsync(services => services.AddMillraceTool(
            Weather, "get_weather", configure: options => (options.Timeout, options.RequiresApproval) = (TimeSpan.FromSeconds(90), true)));
        var offered = await OfferAsync(stage);

        var answer = await stage.Fleet.Tools.AskAsync(FakeTools.Call("get_weather", """{"city":"Oslo"}"""));

        Assert.Equal(("get_weather", "The weather of a city, now.", 90, true, false), (offered.Name, offered.Description, offered.TimeoutSeconds, offered.RequiresApproval, offered.Remove));
        Assert.Equal("The city's name.", offered.Parameters!.Value.GetProperty("properties").GetProperty("city").GetProperty("description").GetString());
        Assert.Equal(services.GetRequiredService<MillraceClient>().Channel, offered.Channel);
        Assert.Equal(("call-1", """{"city":"Oslo","degrees":3}""", null), (answer.CallId, answer.Result, answer.Error));
    }

    [Fact]
    public async Task A_text_is_answered_as_it_is_and_an_exception_as_the_error_that_it_says()
    {
        await using var stage = await StageAsync();
        await stage.ServiceAsync(services => services
            .AddMillraceTool((string what) => $"\"{what}\"\n", "echo")
            .AddMillraceTool(AIFunctionFactory.Create(string () => throw new InvalidOperationException("The station is closed."), "closed")));
        await Until.EqualAsync(2, () => OffersOf(stage).Count());

        Assert.Equal("\"é\"\n", (await stage.Fleet.Tools.AskAsync(FakeTools.Call("echo", """{"what":"é"}"""))).Result);
        var failed = await stage.Fleet.Tools.AskAsync(FakeTools.Call("closed", "{}"));
        Assert.Equal((null, "The tool 'closed' failed: The station is closed."), (failed.Result, failed.Error));
        Assert.Contains("what", (await stage.Fleet.Tools.AskAsync(FakeTools.Call("echo", "{}"))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_comes_again_is_made_once_and_answered_again()
    {
        await using var stage = await StageAsync();
        var (made, go) = (0, new TaskCompletionSource());
        await stage.ServiceAsync(services => services.AddMillraceTool(
            async () =>
            {
                Interlocked.Increment(ref made);
                await go.Task;
                return "done";
            },
            "once"));
        await OfferAsync(stage);
        var call = FakeTools.Call("once", "{}");

        await stage.Fleet.Tools.SendAsync(call);
        await Until.EqualAsync(1, () => made);
        await stage.Fleet.Tools.SendAsync(call);
        await stage.Fleet.Tools.SendAsync(FakeTools.Call("once", "{}"));
        await Until.EqualAsync(2, () => made);
        go.SetResult();
        await stage.Fleet.Tools.AnswerToAsync(call);
        await Until.TrueAsync(() => stage.Fleet.Tools.Answers.Count >= 2);
        await stage.Fleet.Tools.SendAsync(call);
        await Until.TrueAsync(() => stage.Fleet.Tools.Answers.Count >= 3);

        Assert.Equal(2, made);
        Assert.All(stage.Fleet.Tools.Answers, answer => Assert.Equal("done", answer.Result));
    }

    [Fact]
    public async Task A_function_knows_its_call_and_has_a_scope_of_its_own()
    {
        await using var stage = await StageAsync();
        RemoteToolCall? seen = null;
        await stage.ServiceAsync(services => services.AddScoped<Guest>().AddMillraceTool(
            async (IServiceProvider scope) =>
            {
                await Task.Yield();
                seen = RemoteToolCall.Current;
                return scope.GetRequiredService<Guest>().Id;
            },
            "whose"));
        await OfferAsync(stage);
        var call = FakeTools.Call("whose", "{}", DateTimeOffset.MaxValue.AddDays(-2));

        var first = await stage.Fleet.Tools.AskAsync(call);
        var second = await stage.Fleet.Tools.AskAsync(FakeTools.Call("whose", "{}"));

        Assert.NotEqual(first.Result, second.Result);
        Assert.Null(RemoteToolCall.Current);
        Assert.NotNull(seen);
        await stage.Fleet.Tools.AskAsync(call with { GenerationId = Guid.CreateVersion7(), IdempotencyKey = "key-7" });
        Assert.Equal((call.SessionId, 2, "call-1", "key-7", call.Deadline), (seen.SessionId, seen.Step, seen.CallId, seen.IdempotencyKey, seen.Deadline));
    }

    [Fact]
    public async Task At_its_deadline_a_call_is_told_to_end_and_past_it_none_is_made()
    {
        await using var stage = await StageAsync();
        var (made, told, time) = (0, new TaskCompletionSource(), new FakeTimeProvider());
        await stage.ServiceAsync(services => services.AddSingleton<TimeProvider>(time).AddMillraceTool(
            async (int wait, CancellationToken cancellation) =>
            {
                cancellation.Register(() => told.TrySetResult());
                Interlocked.Increment(ref made);
                await Task.Delay(wait, cancellation);
            },
            "slow"));
        await OfferAsync(stage);
        var now = time.GetUtcNow();

        await stage.Fleet.Tools.SendAsync(FakeTools.Call("slow", """{"wait":0}""", now.AddSeconds(-1)));
        await stage.Fleet.Tools.SendAsync(FakeTools.Call("slow", """{"wait":-1}""", now.AddSeconds(1)));
        await Until.EqualAsync(1, () => made);
        time.Advance(TimeSpan.FromSeconds(1));
        await Until.DoneAsync(told.Task);
        var last = await stage.Fleet.Tools.AskAsync(FakeTools.Call("slow", """{"wait":0}"""));

        Assert.Equal((2, "null"), (made, last.Result));
        Assert.Single(stage.Fleet.Tools.Answers);
    }

    [Fact]
    public async Task No_more_calls_run_at_once_than_the_tool_allows()
    {
        await using var stage = await StageAsync();
        var (gate, running, most, go) = (new Lock(), 0, 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await stage.ServiceAsync(services => services.AddMillraceTool(() => 1, "wide").AddMillraceTool(
            async () =>
            {
                lock (gate) most = Math.Max(most, ++running);
                await go.Task;
                lock (gate) running--;
            },
            "narrow",
            configure: options => options.Concurrency = 2));
        await Until.EqualAsync(2, () => OffersOf(stage).Count());

        var calls = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stage.Fleet.Tools.AskAsync(FakeTools.Call("narrow", "{}"))));
        await Until.EqualAsync(2, () => running);
        await stage.Fleet.Tools.AskAsync(FakeTools.Call("wide", "{}")); // comes behind them all, and is made
        Assert.Equal(2, running);
        go.SetResult();
        await Until.DoneAsync(calls);

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task An_offer_without_an_answer_is_repeated_and_a_refused_tool_takes_no_calls()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Tools.Loses = offered => stage.Fleet.Tools.Offers.Count(other => other.RequestId == offered.RequestId) == 1;
        stage.Fleet.Tools.Refuses = offered => offered.Name == "taken" ? "The workers have a tool 'taken' of their own; choose another name." : null;
        await stage.ServiceAsync(services => services.AddMillraceTool(() => 1, "taken").AddMillraceTool(() => 2, "free"));
        await Until.EqualAsync(2, () => OffersOf(stage).Count(times => times >= 2));

        Assert.Equal(2, OffersOf(stage).Count());
        Assert.Equal("2", (await stage.Fleet.Tools.AskAsync(FakeTools.Call("free", "{}"))).Result);
        await stage.Fleet.Tools.SendAsync(FakeTools.Call("taken", "{}"));
        await stage.Fleet.Tools.AskAsync(FakeTools.Call("free", "{}"));
        Assert.Equal(2, stage.Fleet.Tools.Answers.Count);
    }

    /// <summary>How often each has been offered.</summary>
    private static IEnumerable<int> OffersOf(Stage stage) => stage.Fleet.Tools.Offers.GroupBy(offered => offered.RequestId).Select(offers => offers.Count());

    private static async Task<RegisterTool> OfferAsync(Stage stage)
    {
        await Until.TrueAsync(() => !stage.Fleet.Tools.Offers.IsEmpty);
        return stage.Fleet.Tools.Offers.First();
    }

    [Description("The weather of a city, now.")]
    private static object Weather([Description("The city's name.")] string city) => new { city, degrees = 3 };

    private sealed class Guest
    {
        public Guid Id { get; } = Guid.NewGuid();
    }
}
