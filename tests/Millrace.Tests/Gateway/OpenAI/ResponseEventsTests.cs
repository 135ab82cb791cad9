using System.Text.Json.Nodes;
using CsCheck;
using Millrace.Contracts;
using Millrace.Dialects.OpenAI;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>The events of a response, for any stream of chunks.</summary>
public sealed class ResponseEventsTests
{
    private static readonly Guid Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddYears(56));

    /// <summary>Any mixture of text, reasoning, calls and restarts, numbered as a log numbers them; a restart keeps any number of what was before it.</summary>
    private static readonly Gen<List<ChunkProduced>> Logs = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 100], Gen.String[Gen.Char.AlphaNumeric, 1, 5]).List[0, 25].Select(List);

    [Fact]
    public void Two_readings_say_the_same_and_every_number_comes_once() => Logs.Sample(log =>
    {
        var first = Read(log);

        Assert.Equal(first.Select(told => told.ToJsonString()), Read(log).Select(told => told.ToJsonString()));
        Assert.Equal(Enumerable.Range(0, first.Count), first.Select(told => (int)told["sequence_number"]!));
        Assert.DoesNotContain(first, told => told.ContainsKey("error")); // every client takes a top-level error for its own end
    });

    [Fact]
    public void What_is_in_the_output_at_the_end_is_what_counts() => Logs.Sample(log =>
    {
        var output = Read(log)[^1]["response"]!["output"]!.AsArray();

        var counts = new List<ChunkProduced>();
        foreach (var chunk in log)
        {
            if (chunk.Kind == ChunkKind.Restarted) counts.RemoveAll(piece => piece.Sequence > chunk.KeepThrough);
            else counts.Add(chunk);
        }
        Assert.Equal(
            string.Concat(counts.Where(chunk => chunk.Kind == ChunkKind.Text).Select(chunk => chunk.Text)),
            string.Concat(output.Where(item => (string?)item!["type"] == "message").Select(item => (string?)item!["content"]![0]!["text"])));
        Assert.Equal(
            counts.Where(chunk => chunk.Kind == ChunkKind.ToolCall).Select(chunk => chunk.ToolCall!.Id),
            output.Where(item => (string?)item!["type"] == "function_call").Select(item => (string)item!["call_id"]!));
    });

    [Fact]
    public void Every_item_is_opened_told_in_pieces_and_closed_under_its_own_index() => Logs.Sample(log =>
    {
        var (added, text, done) = (new List<string>(), new Dictionary<string, string>(), new HashSet<string>());
        foreach (var told in Read(log))
        {
            var item = (string?)told["item_id"] ?? (string?)told["item"]?["id"];
            if (item is null) continue;
            if ((string)told["type"]! == "response.output_item.added") added.Add(item);
            Assert.Equal(added.IndexOf(item), (int)told["output_index"]!);
            Assert.DoesNotContain(item, done);
            if (told["delta"] is { } delta) text[item] = text.GetValueOrDefault(item) + (string)delta!;
            if ((string)told["type"]! == "response.output_item.done") done.Add(item);
        }
        Assert.Equal(added, done.OrderBy(added.IndexOf));
        Assert.All(added, item => Assert.True(text[item].Length > 0));
    });

    [Theory]
    [InlineData(FinishReason.Stop, "response.completed", null)]
    [InlineData(FinishReason.ToolCalls, "response.completed", null)]
    [InlineData(FinishReason.Length, "response.incomplete", "max_output_tokens")]
    [InlineData(FinishReason.ContentFilter, "response.incomplete", "content_filter")]
    public void The_end_says_how_it_ended(FinishReason reason, string type, string? details)
    {
        var end = Read([Chunk(1, ChunkKind.Text, "Hi.")], ResponseEnd.Of(Completed(reason), null))[^1];

        Assert.Equal((type, details), ((string)end["type"]!, (string?)end["response"]!["incomplete_details"]?["reason"]));
        Assert.Equal(7L, (long)end["response"]!["usage"]!["total_tokens"]!);
    }

    [Theory]
    [InlineData(FailureReason.RateLimited, "rate_limit_exceeded")]
    [InlineData(FailureReason.ContextLengthExceeded, "invalid_prompt")]
    [InlineData(FailureReason.ProviderError, "server_error")]
    public void A_failure_has_one_of_the_codes_that_clients_know(FailureReason reason, string code)
    {
        var failed = new GenerationFailed { GenerationId = Id, Reason = reason, Message = "No.", Retryable = false, Attempts = 1, LastSequence = 0, Timings = new() };

        var end = Read([], ResponseEnd.Of(failed))[^1];

        Assert.Equal(("response.failed", code, "No."), ((string)end["type"]!, (string)end["response"]!["error"]!["code"]!, (string)end["response"]!["error"]!["message"]!));
    }

    [Fact]
    public void A_cancelled_response_ends_without_an_event_of_its_own() =>
        Assert.Equal("response.output_text.delta", (string)Read([Chunk(1, ChunkKind.Text, "Hi")], ResponseEnd.Cancelled)[^1]["type"]!);

    private static List<JsonObject> Read(List<ChunkProduced> log, ResponseEnd? end = null)
    {
        var request = new GenerateRequested { GenerationId = Id, Prompt = "x", CallerTools = [new() { Name = "own" }], Origin = new ResponseOrigin { MadeBy = ResponseOrigin.Face, Model = "m" }.ToJson() };
        var events = new ResponseEvents(request, DateTimeOffset.UnixEpoch);
        var told = events.Begin().ToList();
        foreach (var chunk in log) told.AddRange(events.Tell(chunk));
        told.AddRange(events.End(end ?? ResponseEnd.Of(Completed(FinishReason.Stop), null)));
        return told;
    }

    private static List<ChunkProduced> List(IEnumerable<(int What, int Keep, string Text)> pieces)
    {
        var log = new List<ChunkProduced>();
        foreach (var (what, keep, text) in pieces)
        {
            var sequence = log.Count + 1;
            log.Add(what switch
            {
                < 5 => Chunk(sequence, ChunkKind.Text, text),
                < 7 => Chunk(sequence, ChunkKind.Reasoning, text),
                7 => Chunk(sequence, ChunkKind.ToolCall) with { ToolCall = new($"call_{sequence}", "own", "{}") },
                8 => Chunk(sequence, ChunkKind.ToolResult, text) with { ToolCall = new($"call_{sequence}", "fleet", "{}") },
                _ => Chunk(sequence, ChunkKind.Restarted) with { KeepThrough = keep % sequence },
            });
        }
        return log;
    }

    private static ChunkProduced Chunk(long sequence, ChunkKind kind, string? text = null) => new()
    {
        GenerationId = Id,
        Sequence = sequence,
        Epoch = 1,
        Step = 1,
        Kind = kind,
        Text = text,
        ProducedAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
    };

    private static GenerationCompleted Completed(FinishReason reason) => new()
    {
        GenerationId = Id,
        Text = "",
        FinishReason = reason,
        Provider = "p",
        Model = "m",
        Usage = new() { Input = 3, Output = 4 },
        Attempts = 1,
        LastSequence = 0,
        Timings = new(),
    };
}
