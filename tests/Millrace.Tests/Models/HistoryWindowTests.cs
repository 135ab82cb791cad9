using CsCheck;
using Millrace.Contracts;
using Millrace.Engine.Prompts;
using Millrace.Providers.Models;

namespace Millrace.Tests.Models;

public sealed class HistoryWindowTests
{
    private static readonly Gen<SessionMessage> Messages = Gen.Select(
        OneOf(MessageRole.User, MessageRole.Assistant),
        OneOf("", "a word ", "漢字").SelectMany(text => Gen.Int[1, 60].Select(times => string.Concat(Enumerable.Repeat(text, times)))),
        Gen.Int[0, 300].Nullable(),
        (role, text, output) => new SessionMessage { Role = role, Text = text, Usage = role is MessageRole.Assistant && output is not null ? new() { Output = output } : null });

    private static readonly Gen<Request> Requests = Gen.Select(
        Messages.List[0, 12], OneOf<string?>(null, "", "Be brief."), OneOf("Why?", "漢字", "one two three ").List[0, 3],
        Gen.Int[1, 4000], Gen.Int[1, 2000].Nullable(), Gen.Int[1, 2000].Nullable(),
        (history, system, texts, context, output, most) => new Request(history, system, texts, new(context, most, Known: true), output));

    [Fact]
    public void What_is_kept_is_the_end_of_the_history_from_the_beginning_of_a_turn() => Requests.Sample(request =>
    {
        var fit = request.Fit();
        var omitted = request.History.Count - fit.Kept.Count;

        Assert.Equal(request.History.Skip(omitted), fit.Kept);
        Assert.True(omitted == 0 || fit.Kept.Count == 0 || fit.Kept[0].Role is MessageRole.User);
        Assert.Equal(Turns(request.History) - Turns(request.History.Skip(omitted)), fit.OmittedTurns);
    });

    [Fact]
    public void What_is_kept_fits_and_one_turn_more_would_not() => Requests.Sample(request =>
    {
        var fit = request.Fit();
        if (fit.OmittedTurns < Turns(request.History)) Assert.True(fit.Fits);
        if (!fit.Fits) Assert.Empty(fit.Kept);
        if (fit.OmittedTurns == 0) return;

        Assert.Equal(fit.KeptTokens, (request with { History = fit.Kept }).Fit(context: 1).NeededTokens);
        var longer = request.History.Skip(LastTurnsStart(request.History, request.History.Count - fit.Kept.Count)).ToList();
        Assert.True((request with { History = longer }).Fit(context: 1).NeededTokens > fit.ContextTokens);
    });

    [Fact]
    public void Nothing_is_left_out_exactly_when_everything_fits() => Requests.Sample(request =>
    {
        var fit = request.Fit();

        Assert.Equal(fit.FitsWhole, fit.NeededTokens <= fit.ContextTokens);
        Assert.Equal(fit.FitsWhole || request.History.Count == 0, fit.OmittedTurns == 0);
    });

    [Fact]
    public void More_context_never_leaves_out_more() => Gen.Select(Requests, Gen.Int[0, 3000]).Sample((request, more) =>
        (request with { Limits = request.Limits with { ContextTokens = request.Limits.ContextTokens + more } }).Fit().OmittedTurns <= request.Fit().OmittedTurns);

    [Fact]
    public void A_reply_counts_as_its_provider_counted_it_without_its_reasoning()
    {
        var reply = new SessionMessage { Role = MessageRole.Assistant, Text = "yes", Usage = new() { Output = 900, Reasoning = 200 } };

        Assert.Equal(700 - TokenCounter.Count("yes"), Needed(reply) - Needed(reply with { Usage = null }));
        Assert.Equal(Needed(reply with { Usage = null }), Needed(reply with { Usage = new() { Output = 0 } }));
    }

    [Theory]
    [InlineData(8000, null, null, 2000)]
    [InlineData(100_000, null, null, HistoryWindow.DefaultOutputTokens)]
    [InlineData(100_000, null, 1000, 1000)]
    [InlineData(100_000, 30_000, null, 30_000)]
    [InlineData(100_000, 30_000, 16_000, 16_000)]
    public void Room_is_kept_for_the_answer(int context, int? asked, int? most, int reserved) =>
        Assert.Equal(reserved + HistoryWindow.FrameTokens, HistoryWindow.Fit([], null, [], new(context, most, Known: true), asked).NeededTokens);

    [Fact]
    public void A_model_that_takes_less_input_than_its_context_is_not_given_more() => Assert.Equal(
        128_000 + HistoryWindow.FrameTokens,
        HistoryWindow.Fit([], null, [], new(400_000, 128_000, Known: true) { MaxInputTokens = 272_000 }, 100).NeededTokens);

    [Fact]
    public void A_text_of_another_tokenizer_counts_for_more()
    {
        var limits = new ModelLimits(1, null, Known: true);
        var text = string.Concat(Enumerable.Repeat("a word ", 100));

        Assert.Equal(
            (long)Math.Ceiling(TokenCounter.Count(text) * 1.5) - TokenCounter.Count(text),
            HistoryWindow.Fit([], text, [], limits with { TokenRatio = 1.5 }, 1).NeededTokens - HistoryWindow.Fit([], text, [], limits, 1).NeededTokens);
    }

    [Fact]
    public void A_request_too_long_by_itself_keeps_no_history_and_says_both_numbers()
    {
        var turn = new SessionMessage { Role = MessageRole.User, Text = "hi" };
        var fit = HistoryWindow.Fit([turn, turn], null, [string.Concat(Enumerable.Repeat("a word ", 1000))], new(1000, null, Known: true), null);

        Assert.False(fit.Fits);
        Assert.Empty(fit.Kept);
        Assert.Equal((2, 1000), (fit.OmittedTurns, fit.ContextTokens));
        Assert.InRange(fit.NeededTokens, fit.KeptTokens, 3000);
    }

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(at => choices[at]);

    private static long Needed(SessionMessage message) => HistoryWindow.Fit([message], null, [], new(1, null, Known: true), 1).NeededTokens;

    private static int Turns(IEnumerable<SessionMessage> messages) => messages.Where((message, at) => at == 0 || message.Role is MessageRole.User).Count();

    /// <summary>Where the turn before this position begins.</summary>
    private static int LastTurnsStart(IReadOnlyList<SessionMessage> history, int before)
    {
        var at = before - 1;
        while (at > 0 && history[at].Role is not MessageRole.User) at--;
        return at;
    }

    private sealed record Request(
        IReadOnlyList<SessionMessage> History, string? System, IReadOnlyList<string> Texts, ModelLimits Limits, int? MaxOutputTokens)
    {
        public HistoryFit Fit() => HistoryWindow.Fit(History, System, Texts, Limits, MaxOutputTokens);

        /// <summary>With as much room for the answer as this request has, and another context: so small, that everything is counted.</summary>
        public HistoryFit Fit(int context) => HistoryWindow.Fit(History, System, Texts, Limits with { ContextTokens = context },
            MaxOutputTokens ?? Math.Min(HistoryWindow.DefaultOutputTokens, Limits.ContextTokens / 4));
    }
}
