using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Prompts;
using Millrace.Providers.Models;

namespace Millrace.Tests.Attachments;

/// <summary>What attachments take of a model's context.</summary>
public sealed class AttachmentTokensTests
{
    private static readonly ModelLimits Limits = new(100_000, null, Known: true) { TokenRatio = 2 };

    [Fact]
    public void A_picture_counts_what_the_table_says_whatever_its_size()
    {
        Assert.Equal(3 * 1600, AttachmentTokens.Of([Pictures.Of(Pictures.Large(9999)), Pictures.At("https://example.com/a"), new() { ContentId = Guid.NewGuid() }], Limits, TokenCounter.Count));
        Assert.Equal(4784, AttachmentTokens.Of([Pictures.Of(Pictures.Png)], KnownModels.Find("claude-opus-4-8")!.Limits, TokenCounter.Count));
    }

    [Fact]
    public void A_text_counts_as_it_is_sent()
    {
        var text = Pictures.Text(string.Concat(Enumerable.Repeat("a word ", 100)), name: "a.txt");

        Assert.Equal(2 * TokenCounter.Count(AttachmentFrame.Of(text)), AttachmentTokens.Of([text], Limits, TokenCounter.Count));
        Assert.Equal(0, AttachmentTokens.Of(null, Limits, TokenCounter.Count));
    }

    [Fact]
    public void A_history_drops_its_oldest_pictures_first_and_makes_room_for_new_ones()
    {
        var turn = new SessionMessage { Role = MessageRole.User, Text = "look", Attachments = [Pictures.Of(Pictures.Png)] };
        var limits = new ModelLimits(8000, null, Known: true);

        Assert.Equal(3, HistoryWindow.Fit([.. Enumerable.Repeat(turn, 5)], null, ["now"], limits, 2000).Kept.Count);
        Assert.Equal(2, HistoryWindow.Fit([.. Enumerable.Repeat(turn, 5)], null, ["now"], limits, 2000, [Pictures.Of(Pictures.Gif)]).Kept.Count);
    }
}
