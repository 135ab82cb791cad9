using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Providers.Models;

namespace Millrace.Engine.Prompts;

/// <summary>
/// Decides how much of a session's history a model can take. It leaves out the oldest turns, never half of one: a turn is a user message and
/// everything up to the next. What comes before the first user message is a turn too. Pure; any thread.
/// </summary>
public static class HistoryWindow
{
    /// <summary>Room for the answer when the request sets no limit, in tokens; but no more than a quarter of the context.</summary>
    public const int DefaultOutputTokens = 4096;

    /// <summary>What the wire's frame of a message takes: role, begin and end. OpenAI states 3, others have one or two more.</summary>
    public const int FrameTokens = 5;

    /// <param name="history">The transcript, oldest first.</param>
    /// <param name="systemPrompt">Never left out.</param>
    /// <param name="newTexts">The request's own messages; never left out.</param>
    /// <param name="limits">What the model may hold.</param>
    /// <param name="maxOutputTokens">The request's limit, or what is sent in its place.</param>
    /// <param name="newAttachments">Those of the request's own messages; never left out.</param>
    public static HistoryFit Fit(
        IReadOnlyList<SessionMessage> history, string? systemPrompt, IReadOnlyList<string> newTexts, ModelLimits limits, int? maxOutputTokens,
        IReadOnlyList<Attachment>? newAttachments = null)
    {
        // Counting is the costly part, and most sessions are so short that they fit by any count
        var most = FitBy(TokenCounter.Most);
        return most.FitsWhole ? most : FitBy(TokenCounter.Count);

        HistoryFit FitBy(Func<string, int> count)
        {
            var needed = Reserve(limits, maxOutputTokens) + FrameTokens // the answer's own frame
                + newTexts.Sum(text => Tokens(text, limits, count)) + AttachmentTokens.Of(newAttachments, limits, count)
                + (string.IsNullOrEmpty(systemPrompt) ? 0 : Tokens(systemPrompt, limits, count));
            return FitTurns(history, message => Tokens(message, limits, count), needed, limits.ContextTokens);
        }
    }

    /// <summary>Room for the answer: what the request allows or the default, as far as the model can answer that long.</summary>
    private static long Reserve(ModelLimits limits, int? maxOutputTokens)
    {
        var wanted = Math.Min(
            maxOutputTokens ?? Math.Min(DefaultOutputTokens, limits.ContextTokens / 4), limits.MaxOutputTokens ?? int.MaxValue);
        // A model that takes less input than its context keeps the rest for its answer, whatever is asked for
        return Math.Max(wanted, limits.ContextTokens - (limits.MaxInputTokens ?? limits.ContextTokens));
    }

    /// <summary>From the newest turn back, for as long as they fit.</summary>
    private static HistoryFit FitTurns(IReadOnlyList<SessionMessage> history, Func<SessionMessage, long> count, long needed, int context)
    {
        var (first, kept, omitted) = (history.Count, needed, 0);
        for (var at = history.Count - 1; at >= 0; at--)
        {
            needed += count(history[at]);
            if (at > 0 && history[at].Role is not MessageRole.User) continue;
            if (needed <= context) (first, kept) = (at, needed);
            else omitted++;
        }

        return new(first == 0 ? history : [.. history.Skip(first)], omitted, needed, context) { KeptTokens = kept };
    }

    /// <summary>A reply as its provider counted it, without the reasoning, which is not sent again; anything else by its text.</summary>
    private static long Tokens(SessionMessage message, ModelLimits limits, Func<string, int> count) =>
        message is { Role: MessageRole.Assistant, Usage: { Output: { } output } usage } && output - (usage.Reasoning ?? 0) is > 0 and var spoken
            ? spoken + FrameTokens
            : Texts(message).Sum(text => Tokens(text, limits, count)) + AttachmentTokens.Of(message.Attachments, limits, count);

    /// <summary>What a message makes the model read, apart from what is attached.</summary>
    public static IEnumerable<string> Texts(SessionMessage message) =>
    [
        message.Text,
        .. (message.ToolCalls ?? []).Select(call => call.Name + call.Arguments),
        .. (message.ToolResults ?? []).Select(result => result.Text),
    ];

    /// <summary>What a text takes as a message of its own.</summary>
    public static long Tokens(string text, ModelLimits limits, Func<string, int> count) =>
        limits.Tokens(count(text)) + FrameTokens;
}
