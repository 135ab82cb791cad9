using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

/// <summary>The rows of steps and tool calls, and the two sides that meet over them: the run that parks and the answer that wakes it.</summary>
[Integration]
public sealed class ToolCallTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_step_enters_with_its_calls_once_and_only_under_the_claim_that_holds(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;

        Assert.False(await RecordAsync(truth, fence with { Epoch = 2 }, "late"));
        Assert.True(await RecordAsync(truth, fence, "a", "b"));
        Assert.True(await RecordAsync(truth, fence, "a", "b"));

        var step = Assert.Single(await truth.Steps.StepsAsync(fence.GenerationId, Token));
        Assert.Equal((1, "p", "m", 7L, """{"text":"before \u0000"}"""), (step.Number, step.Provider, step.Model, step.Through, step.Content));
        var calls = await truth.Steps.CallsAsync(fence.GenerationId, Token);
        Assert.Equal([("a", 0, ToolCallState.Requested), ("b", 1, ToolCallState.Requested)], calls.Select(call => (call.CallId, call.Position, call.State)));
        Assert.Equal("""{"n":1.0,"t":"\u0000é"}""", calls[0].Arguments);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_call_begins_and_ends_under_the_claim_that_holds_and_what_has_ended_stays(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a");

        Assert.False(await truth.Calls.BeginAsync(fence with { Owner = Guid.NewGuid() }, "a", "w", 1, Token));
        Assert.True(await truth.Calls.BeginAsync(fence, "a", "w", 1, Token));
        Assert.False(await truth.Calls.EndAsync(fence with { Epoch = 9 }, "a", ToolCallState.Running, "\"x\"", null, Token));
        Assert.True(await truth.Calls.EndAsync(fence, "a", ToolCallState.Running, "\"x\"", null, Token));
        Assert.True(await truth.Calls.EndAsync(fence, "a", ToolCallState.Running, "\"x\"", null, Token)); // its answer was lost
        Assert.False(await truth.Calls.EndAsync(fence, "a", ToolCallState.Running, null, "\"y\"", Token));
        Assert.False(await truth.Calls.BeginAsync(fence, "a", "w", 2, Token));

        var call = Assert.Single(await truth.Steps.CallsAsync(fence.GenerationId, Token));
        Assert.Equal((ToolCallState.Completed, "\"x\"", null, 1), (call.State, call.Result, call.Error, call.Attempt));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_parked_generation_is_woken_by_its_last_answer(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a", "b");
        await WaitAsync(truth, fence, "a", ToolCallState.Waiting);
        Assert.False(await truth.Calls.ParkAsync(fence, 1, null, Long, [], Token)); // b is still to be dealt with
        await WaitAsync(truth, fence, "b", ToolCallState.Waiting);

        Assert.Null(await truth.Calls.ParkAsync(fence with { Epoch = 2 }, 1, null, Long, [], Token));
        Assert.True(await truth.Calls.ParkAsync(fence, 1, null, Long, [], Token));
        Assert.Equal(GenerationState.Parked, await truth.StateAsync(fence.GenerationId));

        Assert.Equal(new AnswerTaken(true, null), await truth.Answers.CompleteAsync(fence.GenerationId, "b", "\"two\"", null, Token));
        Assert.Equal(new AnswerTaken(true, Rows.Lane), await truth.Answers.CompleteAsync(fence.GenerationId, "a", null, "\"broken\"", Token));
        Assert.Equal(new AnswerTaken(false, null), await truth.Answers.CompleteAsync(fence.GenerationId, "a", "\"again\"", null, Token));
        Assert.Equal(GenerationState.Queued, await truth.StateAsync(fence.GenerationId));
        Assert.Equal([(ToolCallState.Failed, null, "\"broken\""), (ToolCallState.Completed, "\"two\"", null)],
            (await truth.Steps.CallsAsync(fence.GenerationId, Token)).Select(call => (call.State, call.Result, call.Error)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_answer_that_comes_before_the_generation_parks_keeps_it_from_parking(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a");
        await WaitAsync(truth, fence, "a", ToolCallState.Waiting);

        Assert.Equal(new AnswerTaken(true, null), await truth.Answers.CompleteAsync(fence.GenerationId, "a", "\"early\"", null, Token));
        Assert.False(await truth.Calls.ParkAsync(fence, 1, null, Long, [], Token));
    }

    /// <summary>Whoever is first: the run finds the answer, or the answer finds the generation parked. Nobody waits for what is there.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task Parking_and_answering_at_the_same_time_lose_nothing(Kind kind)
    {
        var truth = truths.Of(kind);
        for (var round = 0; round < 30; round++)
        {
            var fence = await RecordedAsync(truth, "a");
            await WaitAsync(truth, fence, "a", ToolCallState.Waiting);

            var parked = truth.Calls.ParkAsync(fence, 1, null, Long, [], Token);
            var answered = truth.Answers.CompleteAsync(fence.GenerationId, "a", "\"x\"", null, Token);

            Assert.True((await answered).Taken);
            Assert.Equal((await parked)!.Value, (await answered).Lane is not null);
            Assert.Equal((await parked)!.Value ? GenerationState.Queued : GenerationState.Running, await truth.StateAsync(fence.GenerationId));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Consent_wakes_the_generation_at_once_and_a_refusal_with_the_last_answer(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a", "b", "c");
        foreach (var call in new[] { "a", "b" }) await WaitAsync(truth, fence, call, ToolCallState.Approving);
        await WaitAsync(truth, fence, "c", ToolCallState.Waiting);
        Assert.True(await truth.Calls.ParkAsync(fence, 1, null, Long, [], Token));

        Assert.Equal(new AnswerTaken(true, null), await truth.Answers.DecideAsync(fence.GenerationId, "a", "\"no\"", Token));
        Assert.Equal(new AnswerTaken(false, null), await truth.Answers.DecideAsync(fence.GenerationId, "a", null, Token));
        Assert.Equal(new AnswerTaken(false, null), await truth.Answers.CompleteAsync(fence.GenerationId, "b", "\"not asked for\"", null, Token));
        Assert.Equal(new AnswerTaken(true, Rows.Lane), await truth.Answers.DecideAsync(fence.GenerationId, "b", null, Token));

        Assert.Equal([ToolCallState.Failed, ToolCallState.Approved, ToolCallState.Waiting],
            (await truth.Steps.CallsAsync(fence.GenerationId, Token)).Select(call => call.State));
    }

    /// <summary>While a run deals with other calls somebody agrees: what the run knows is old, and must not undo it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task Consent_is_not_asked_for_again_nor_ended_by_a_run_that_has_not_heard_of_it(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a");
        await WaitAsync(truth, fence, "a", ToolCallState.Approving);
        Assert.True((await truth.Answers.DecideAsync(fence.GenerationId, "a", null, Token)).Taken);

        Assert.Null(await truth.Calls.WaitAsync(fence, "a", ToolCallState.Approving, ToolCallState.Approving, 2, Long, Token));
        Assert.False(await truth.Calls.EndAsync(fence, "a", ToolCallState.Approving, null, "\"nobody agreed\"", Token));
        Assert.Equal(ToolCallState.Approved, Assert.Single(await truth.Steps.CallsAsync(fence.GenerationId, Token)).State);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task When_a_call_is_asked_again_is_remembered_over_a_wait_until_somebody_decides(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a", "b");
        foreach (var call in new[] { "a", "b" }) await WaitAsync(truth, fence, call, ToolCallState.Approving);

        Assert.True(await truth.Calls.ParkAsync(fence, 1, null, Long, [("a", TimeSpan.FromMinutes(30))], Token));
        var parked = await truth.Steps.CallsAsync(fence.GenerationId, Token);
        await truth.Answers.DecideAsync(fence.GenerationId, "a", null, Token);
        var decided = await truth.Steps.CallsAsync(fence.GenerationId, Token);

        Assert.True(parked[0].AgainAt > TimeProvider.System.GetUtcNow());
        Assert.Equal((null, null), (parked[1].AgainAt, decided[0].AgainAt));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_answer_after_the_deadline_is_too_late(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a");
        await WaitAsync(truth, fence, "a", ToolCallState.Waiting);
        await truth.QueryAsync<long>($"UPDATE tool_calls SET deadline = {truth.Database.Sql.NowPlus("$2")} WHERE generation_id = $1 RETURNING 1", fence.GenerationId, -1L);

        Assert.Equal(new AnswerTaken(false, null), await truth.Answers.CompleteAsync(fence.GenerationId, "a", "\"late\"", null, Token));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Asked_again_a_calls_deadline_stays(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "a");

        var first = await truth.Calls.WaitAsync(fence, "a", ToolCallState.Requested, ToolCallState.Waiting, 1, Long, Token);
        Assert.Equal(first, await truth.Calls.WaitAsync(fence, "a", ToolCallState.Waiting, ToolCallState.Waiting, 2, Long * 2, Token));
        Assert.Equal(2, Assert.Single(await truth.Steps.CallsAsync(fence.GenerationId, Token)).Attempt);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_is_open_when_the_generation_ends_is_skipped_or_of_unknown_outcome(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = await RecordedAsync(truth, "new", "running", "waiting", "ended");
        await truth.Calls.BeginAsync(fence, "running", "w", 1, Token);
        await WaitAsync(truth, fence, "waiting", ToolCallState.Waiting);
        await truth.Calls.EndAsync(fence, "ended", ToolCallState.Requested, "\"x\"", null, Token);

        await truth.Calls.AbandonAsync(fence, "\"over\"", Token);

        Assert.Equal([(ToolCallState.Skipped, "\"over\""), (ToolCallState.Failed, "\"over\""), (ToolCallState.Failed, "\"over\""), (ToolCallState.Completed, null)],
            (await truth.Steps.CallsAsync(fence.GenerationId, Token)).Select(call => (call.State, call.Error)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_offered_tool_replaces_the_one_of_its_name_until_it_is_taken_back(Kind kind)
    {
        var (truth, name) = (truths.Of(kind), $"t_{Guid.NewGuid():N}");
        await truth.Tools.PutAsync(new RegisterTool { RequestId = Guid.NewGuid(), Name = name, Description = "one" }, Token);
        await truth.Tools.PutAsync(new RegisterTool { RequestId = Guid.NewGuid(), Name = name, Description = "two" }, Token);
        Assert.Equal("two", Assert.Single(await truth.Tools.AllAsync(Token), tool => tool.Name == name).Description);

        await truth.Tools.RemoveAsync(name, Token);
        Assert.DoesNotContain(await truth.Tools.AllAsync(Token), tool => tool.Name == name);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<bool> RecordAsync(Truth truth, Fence fence, params string[] calls) => truth.Steps.RecordAsync(
        fence, new RecordedStep(1, "p", "m", """{"text":"before \u0000"}""", 7, null),
        [.. calls.Select((call, position) => new RecordedCall(call, 1, position, null, "tool", """{"n":1.0,"t":"\u0000é"}"""))], Token);

    private static async Task<Fence> RecordedAsync(Truth truth, params string[] calls)
    {
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        Assert.True(await RecordAsync(truth, fence, calls));
        return fence;
    }

    private static async Task WaitAsync(Truth truth, Fence fence, string call, string state) =>
        Assert.NotNull(await truth.Calls.WaitAsync(fence, call, ToolCallState.Requested, state, 1, Long, Token));
}
