using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.OpenAI.Chat;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>A chat's stream when an attempt begins again.</summary>
public sealed class ChatFormTests
{
    private readonly ChatEventFormat form = new(new() { GenerationId = Guid.NewGuid() }, new ChatRequest { Model = "m" }, DateTimeOffset.UnixEpoch);
    private long sequence;

    [Fact]
    public void What_has_been_told_is_not_told_again()
    {
        var told = Say("Hel", "lo ") + Restart() + Say("He", "llo", " there", ".");

        Assert.Equal("Hello there.", told);
        Assert.Equal("[DONE]", form.End(Completed()).Last().Data);
    }

    [Fact]
    public void A_restart_of_a_restart_leaves_the_reader_where_it_was() =>
        Assert.Equal("Hello there.", Say("Hello ") + Restart() + Say("Hel") + Restart() + Say("Hello there") + Restart() + Say("Hello there."));

    [Fact]
    public void Text_that_counts_is_kept()
    {
        Say("Let me ");
        var keep = sequence;
        Assert.Equal("see.", Say("see") + Restart(keep) + Say("see."));
    }

    [Fact]
    public void An_attempt_that_says_something_else_ends_the_stream()
    {
        Say("Hello ");
        Restart();

        Assert.Throws<GenerationRestartedException>(() => Say("Help"));
    }

    [Fact]
    public void An_answer_that_is_shorter_than_what_was_told_is_not_passed_off_as_whole()
    {
        Say("Hello there.");
        Restart();
        Say("Hello");

        Assert.Throws<GenerationRestartedException>(() => form.End(Completed()).ToList());
    }

    private string Say(params string[] texts) => string.Concat(texts.Select(text => Tell(ChunkKind.Text, text)));

    private string Restart(long keep = 0) => Tell(ChunkKind.Restarted, keep: keep);

    /// <summary>The text in what the reader gets.</summary>
    private string Tell(ChunkKind kind, string? text = null, long? keep = null) => string.Concat(form
        .Tell(new() { GenerationId = Guid.Empty, Sequence = ++sequence, Epoch = 1, Step = 1, Kind = kind, Text = text, KeepThrough = keep, ProducedAt = DateTimeOffset.UnixEpoch })
        .Select(told => JsonElement.Parse(told.Data).GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()));

    private static GenerationCompleted Completed() => new()
    {
        GenerationId = Guid.Empty,
        Text = "",
        FinishReason = FinishReason.Stop,
        Provider = "p",
        Model = "m",
        Attempts = 1,
        LastSequence = 0,
        Timings = new(),
    };
}
