using System.Text;
using Microsoft.Extensions.AI;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Dialects.OpenAI;
using Millrace.Engine.Batches;
using Millrace.Engine.Requests;
using Millrace.Engine.Runs;
using Millrace.Gateway.OpenAI.Chat;
using Millrace.Gateway.OpenAI.Responses;
using Millrace.Gateway.Simple;
using Millrace.Gateway.Streams;
using Millrace.Providers.Streaming;

namespace Millrace.Tests.Growth;

/// <summary>Answers in many small pieces, which a caller can ask a model for: twice as many are twice the work.</summary>
public sealed class StreamGrowthTests
{
    public static TheoryData<string> Forms => [.. Faces.Keys];

    private static readonly GenerateRequested Request = new() { GenerationId = Guid.NewGuid(), Prompt = "a", Model = "m", CallerTools = [new() { Name = "f" }] };

    private static readonly Dictionary<string, Func<IEventFormat>> Faces = new(StringComparer.Ordinal)
    {
        ["simple"] = () => new SimpleEventFormat(),
        ["chat"] = () => new ChatEventFormat(Request, new ChatRequest { Model = "m" }, default),
        ["response"] = () => new ResponseEventFormat(new ResponseEvents(Request, default)),
    };

    [Theory, MemberData(nameof(Forms))]
    public void A_text_in_pieces(string face) => LinearWork.AssertLinear(n => () => Tell(Faces[face](), n, i => Chunk(i, ChunkKind.Text) with { Text = "a\r" }), 500);

    [Theory, MemberData(nameof(Forms))]
    public void Thoughts_between_words(string face) =>
        LinearWork.AssertLinear(n => () => Tell(Faces[face](), n, i => Chunk(i, i % 2 == 0 ? ChunkKind.Text : ChunkKind.Reasoning) with { Text = "a" }), 500);

    [Theory, MemberData(nameof(Forms))]
    public void Calls(string face) =>
        LinearWork.AssertLinear(n => () => Tell(Faces[face](), n, i => Chunk(i, ChunkKind.ToolCall) with { ToolCall = new($"c{i}", "f", "{}") }), 500);

    [Fact]
    public void Thoughts_of_a_run()
    {
        LinearWork.AssertLinear(n => () =>
        {
            var thoughts = new ReasoningPieces();
            for (var i = 0; i < n; i++) thoughts.Add("a", i % 1000 == 999 ? "proof" : null);
            _ = thoughts.All();
        }, 10_000);

        var few = new ReasoningPieces();
        foreach (var (text, proof) in new[] { ("a", null), ("b", "1"), ("", "2"), ("c", null), ("d", (string?)null) }) few.Add(text, proof);
        Assert.Equal([new("ab", "1"), new("", "2"), new("cd", null)], few.All());
    }

    [Fact]
    public void A_call_whose_name_comes_with_each_piece_of_its_arguments()
    {
        LinearWork.AssertLinear(n => () => Assemble(n), 1_000);
        LinearWork.AssertLinearSteps(n =>
        {
            var json = new GrowingJson();
            var whole = 0;
            foreach (var piece in Pieces(n).Append("]}"))
            {
                json.Append(piece);
                if (json.IsWhole) whole++;
            }
            Assert.Equal(1, whole);
            return n + json.Parsed;
        }, 1_000);
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData(" ", true)]
    [InlineData("", false)]
    [InlineData("{\"a\":\"}\"", false)]
    [InlineData("{\"a\":\"\\\"}\"}", true)]
    [InlineData("{\"a\":[1,{}]} ", true)]
    [InlineData("{\"a\":[1,{}]}{", false)]
    [InlineData("{}}", false)]
    [InlineData("{]", false)]
    [InlineData("}{", false)]
    [InlineData("5", true)]
    [InlineData("5 5", false)]
    [InlineData("\"x\"", true)]
    [InlineData("\"x", false)]
    [InlineData("nul", false)]
    [InlineData("null", true)]
    [InlineData("{x}", false)]
    public void Json_is_whole_when_it_parses_whatever_pieces_it_comes_in(string text, bool whole)
    {
        var (atOnce, letters) = (new GrowingJson(), new GrowingJson());
        atOnce.Append(text);
        foreach (var letter in text)
        {
            letters.Append($"{letter}");
            _ = letters.IsWhole;
        }

        Assert.Equal((whole, whole, text), (atOnce.IsWhole, letters.IsWhole, letters.ToString()));
    }

    [Fact]
    public void Chunks_in_and_out_of_the_log() => LinearWork.AssertLinear(n => () =>
    {
        var buffer = new ChunkBuffer(4096);
        for (var i = 0; i < n; i++)
        {
            buffer.Add(i % 2 == 0 ? ChunkKind.Text : ChunkKind.Reasoning, "a");
            if (i % 50 == 0) buffer.Take();
        }
        var chunks = new ChunkSequencer(4 * 4096);
        for (var i = n; i > 0; i--) chunks.Accept(Chunk(i - 1, ChunkKind.Text));
        while (chunks.TryTake(out _)) { }
    }, 2_000);

    [Fact]
    public void An_answer_in_a_form() => LinearWork.AssertLinear(n =>
    {
        var text = $"[{string.Join(',', Enumerable.Range(0, n))}]";
        return () => AnswerForm.Of(new() { ResponseFormat = Millrace.Contracts.ResponseFormat.Json })!.Check(text);
    }, 10_000);

    [Fact]
    public void Lines_of_a_file() => LinearWork.AssertLinear(n =>
    {
        var parts = Enumerable.Repeat(Encoding.UTF8.GetBytes("{\"a\":1}\n{"), n).ToList();
        return () =>
        {
            var lines = LineSplitter.SplitAsync(Parts(parts), 1000).GetAsyncEnumerator();
#pragma warning disable VSTHRD002 // what is counted must not leave this thread; nothing in it waits
            while (lines.MoveNextAsync().AsTask().GetAwaiter().GetResult()) { }
#pragma warning restore VSTHRD002
        };
    }, 2_000);

#pragma warning disable CS1998 // read without leaving the thread
    private static async IAsyncEnumerable<byte[]> Parts(List<byte[]> parts)
    {
        foreach (var part in parts) yield return part;
    }
#pragma warning restore CS1998

    private static IEnumerable<string> Pieces(int n) => Enumerable.Repeat("{},", n).Prepend("{\"a\":[").Append("{}");

    private static void Assemble(int n)
    {
        var assembly = new ToolCallAssembly();
        foreach (var piece in Pieces(n).Append("]}")) assembly.Add(new CallFragment(0, null, "f", piece));
        Assert.Single(assembly.Whole()!.OfType<FunctionCallContent>());
    }

    private static void Tell(IEventFormat form, int n, Func<int, ChunkProduced> chunk)
    {
        foreach (var _ in form.Begin()) { }
        for (var i = 0; i < n; i++)
        {
            foreach (var _ in form.Tell(chunk(i))) { }
        }
        foreach (var _ in form.Tell(Chunk(n, ChunkKind.Text) with { Text = "." })) { }
        foreach (var _ in form.End(Completed)) { }
    }

    private static GenerationCompleted Completed { get; } = new()
    {
        GenerationId = Request.GenerationId,
        Text = "a",
        FinishReason = FinishReason.Stop,
        Provider = "p",
        Model = "m",
        Attempts = 1,
        LastSequence = 1,
        Timings = new(),
    };

    private static ChunkProduced Chunk(int i, ChunkKind kind) =>
        new() { GenerationId = Request.GenerationId, Sequence = i + 1, Epoch = 1, Step = 1, Kind = kind, ProducedAt = default };
}
