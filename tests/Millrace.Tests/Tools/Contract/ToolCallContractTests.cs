using Millrace.Client.Errors;
using Millrace.Persistence.Model;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Tools.Contract;

/// <summary>A call and what comes of it: the same from every source.</summary>
[Integration]
public sealed class ToolCallContractTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, EachSource]
    public async Task What_a_call_returns_is_its_result(string source)
    {
        await using var stage = await ToolStage.StartAsync(source);

        Assert.Equal(new ToolOutcome("found: hello", IsError: false), await stage.CallAsync());
        Assert.Equal([ToolStage.What], stage.Function.Calls);
    }

    [Theory, EachSource]
    public async Task What_a_call_fails_with_is_told_as_an_error(string source)
    {
        await using var stage = await ToolStage.StartAsync(source);
        stage.Function.Answer = _ => Task.FromException<string>(new InvalidOperationException("The desk is closed."));

        var outcome = await stage.CallAsync();

        Assert.True(outcome.IsError);
        Assert.EndsWith("The desk is closed.", outcome.Text, StringComparison.Ordinal);
    }

    [Theory, EachSource]
    public async Task A_call_whose_arguments_break_the_schema_is_not_made(string source)
    {
        await using var stage = await ToolStage.StartAsync(source);

        var outcome = await stage.CallAsync("""{"wat":1}""");

        Assert.True(outcome.IsError);
        Assert.StartsWith("The tool was not called: its arguments break its schema.", outcome.Text, StringComparison.Ordinal);
        Assert.Empty(stage.Function.Calls);
    }

    [Theory, EachSource]
    public async Task A_call_that_takes_too_long_is_given_up_and_told_as_an_error(string source)
    {
        await using var stage = await ToolStage.StartAsync(source, ("Timeout", "00:00:02"));
        stage.Function.Answer = _ => new TaskCompletionSource<string>().Task;

        var outcome = await stage.CallAsync();

        Assert.True(outcome.IsError);
        Assert.StartsWith("The tool 'look_up' did not answer ", outcome.Text, StringComparison.Ordinal);
        if (stage.Function.Begun.IsCompleted) await Until.DoneAsync(stage.Function.GivenUp); // it may be given up before it gets there
    }

    [Theory, EachSource]
    public async Task A_cancelled_generation_waits_for_no_call_and_takes_no_answer(string source)
    {
        await using var stage = await ToolStage.StartAsync(source);
        var answer = new TaskCompletionSource<string>();
        stage.Function.Answer = _ => answer.Task;

        await using var generation = stage.Begin();
        await Until.DoneAsync(stage.Function.Begun);
        await stage.Worker.Client.CancelAsync(generation.GenerationId, "enough", Token);

        var cancelled = await Assert.ThrowsAsync<GenerationCancelledException>(() => Until.DoneAsync(generation.Completion));
        Assert.Equal("enough", cancelled.Cancelled.Reason);
        if (stage.Source.HearsOfCancel) await Until.DoneAsync(stage.Function.GivenUp);
        answer.SetResult("too late");
        await stage.CallIdInAsync(ToolCallState.Failed);
    }

    [Theory, EachSource]
    public async Task A_call_that_needs_consent_is_made_when_somebody_agrees(string source)
    {
        await using var stage = await ToolStage.StartAsync(source, ("RequiresApproval", "true"));
        await using var generation = stage.Begin();
        var call = await stage.CallIdInAsync(ToolCallState.Approving);
        Assert.Empty(stage.Function.Calls);

        await stage.Worker.Client.ApproveToolCallAsync(generation.GenerationId, call, Token);

        Assert.Equal("The desk said: found: hello", (await Until.DoneAsync(generation.Completion)).Text);
        Assert.Equal([ToolStage.What], stage.Function.Calls);
    }

    [Theory, EachSource]
    public async Task A_call_that_somebody_refuses_is_not_made(string source)
    {
        await using var stage = await ToolStage.StartAsync(source, ("RequiresApproval", "true"));
        await using var generation = stage.Begin();
        var call = await stage.CallIdInAsync(ToolCallState.Approving);

        await stage.Worker.Client.DenyToolCallAsync(generation.GenerationId, call, "Not today.", Token);

        Assert.Equal(
            "The desk said: Error: The call was refused, so it was not made. Not today.", (await Until.DoneAsync(generation.Completion)).Text);
        Assert.Empty(stage.Function.Calls);
    }

    [Theory, EachSource]
    public async Task A_result_that_is_too_long_is_cut_and_says_so(string source)
    {
        await using var stage = await ToolStage.StartAsync(source, ("MaxResultCharacters", "100"));
        stage.Function.Answer = _ => Task.FromResult(new string('x', 5000));

        var outcome = await stage.CallAsync();

        Assert.Equal((100, false), (outcome.Text.Length, outcome.IsError));
        Assert.EndsWith("x\n[cut: the result has 5000 characters, of which the first are above]", outcome.Text, StringComparison.Ordinal);
    }
}
