using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.AI;
using Millrace.Providers.Http;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>Servers that cut text by UTF-16 units send half a character in a frame. It costs no answer.</summary>
[Integration]
public sealed class HalfCharacterTests
{
    private const string Farmer = "👩‍🌾"; // three characters, two of them pairs
    private const char High = '\uD83D';
    private const char Low = '\uDE00'; // together 😀

    [Theory, EachWire]
    public async Task Halves_join_across_frames(Wire wire)
    {
        var updates = await ReadAsync(wire, call => call
            .ReasoningInHalves($"Hm {High}", $"{Low}.").TextInHalves("a" + Farmer[..1], Farmer[1..] + High, $"{Low}b").Stop());

        Assert.Equal($"a{Farmer}😀b", updates.Text());
        Assert.Equal("Hm 😀.", string.Concat(updates.SelectMany(update => update.Contents).OfType<TextReasoningContent>().Select(thought => thought.Text)));
    }

    [Theory, EachWire]
    public async Task A_half_that_stays_alone_is_the_replacement_character(Wire wire)
    {
        Assert.Equal("a\uFFFD", (await ReadAsync(wire, call => call.TextInHalves($"a{High}").Stop())).Text());
        Assert.Equal("\uFFFDb", (await ReadAsync(wire, call => call.TextInHalves($"{Low}b").Stop())).Text());
        Assert.Equal("\uFFFD!\uFFFD\uFFFD", (await ReadAsync(wire, call => call.TextInHalves($"{High}!", $"{High}", $"{High}").Stop())).Text());
    }

    [Theory, EachWire]
    public async Task A_calls_arguments_are_joined_too_and_a_lone_half_in_them_is_replaced(Wire wire)
    {
        for (var fragment = 1; fragment <= 3; fragment++)
        {
            var updates = await ReadAsync(wire, call => call.ToolCallInHalves("find", $$"""{"city":"{{Farmer}}","x":"{{High}}"}""", fragment).Finish("tool_calls"));

            var arguments = Assert.Single(updates.Calls()).Arguments!;
            Assert.Equal((Farmer, "\uFFFD"), (arguments["city"]!.ToString(), arguments["x"]!.ToString()));
        }
    }

    [Theory, EachWire]
    public async Task Bytes_that_are_no_UTF8_cost_no_answer(Wire wire)
    {
        var frame = Encoding.UTF8.GetBytes(wire switch
        {
            Wire.OpenAI => """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"a#b"},"finish_reason":null}]}""" + "\n\n",
            Wire.Anthropic => """event: content_block_start\ndata: {"type":"content_block_start","index":9,"content_block":{"type":"text","text":""}}\n\n""".Replace("\\n", "\n")
                + """event: content_block_delta\ndata: {"type":"content_block_delta","index":9,"delta":{"type":"text_delta","text":"a#b"}}\n\n""".Replace("\\n", "\n")
                + """event: content_block_stop\ndata: {"type":"content_block_stop","index":9}\n\n""".Replace("\\n", "\n"),
            _ => """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"a#b"},"done":false}""" + "\n",
        });
        var at = Array.IndexOf(frame, (byte)'#');
        byte[] cut = [.. frame[..at], 0xF0, 0x9F, 0x98, .. frame[(at + 1)..]];
        byte[] surrogates = [.. frame[..at], 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80, .. frame[(at + 1)..]];

        Assert.Equal("a\uFFFDb", (await ReadAsync(wire, call => call.Open().RawBytes(cut).Stop())).Text());
        Assert.Equal("a😀b", (await ReadAsync(wire, call => call.Open().RawBytes(surrogates).Stop())).Text());
    }

    /// <summary>Any units, in any escapes, cut into any reads: what a reader of JSON gets, joined, is the text with its lone halves replaced.</summary>
    [Fact]
    public void Whatever_the_halves_and_wherever_the_reads_are_cut_the_text_is_whole()
    {
        var unit = Gen.OneOf(Gen.Const(High), Gen.Const(Low), Gen.Char['a', 'c'], Gen.Const('"'), Gen.Const('\\'), Gen.Const('é'), Gen.Const('日'));
        var sample = Gen.Select(unit.Array[0, 12], Gen.Int[0, 2].Array[12], Gen.Int[1, 9].Array[1, 60]);
        sample.Sample((units, styles, cuts) =>
        {
            var json = $"\"{string.Concat(units.Select((c, i) => Written(c, styles[i])))}\"";
            var filtered = Filtered(Bytes(json), cuts);

            var read = JsonSerializer.Deserialize<string>(filtered)!;

            return HalfCharacters.Whole(read) == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(units));
        });
    }

    [Fact]
    public void What_needs_no_change_passes_as_it_is()
    {
        var filter = new HalfCharacterFilter();

        Assert.True(filter.Passes("data: {\"a\":\"né \\n 日\"}\n\n"u8));
        Assert.False(filter.Passes("\"\\ud83d\""u8));
        Assert.Equal("x", HalfCharacters.MendEscapes("x"));
        Assert.Equal("""{"a":"\\ud83d 😀 \ud83d\ude00 \ufffd"}""", HalfCharacters.MendEscapes("""{"a":"\\ud83d 😀 \ud83d\ude00 \ud83d"}"""));
    }

    private static string Written(char unit, int style) => (unit, style) switch
    {
        ('"' or '\\', _) => $"\\{unit}",
        (_, 0) => $"\\u{(int)unit:x4}",
        (_, 1) => $"\\u{(int)unit:X4}",
        _ => unit.ToString(),
    };

    /// <summary>A half that stands as it is becomes the three bytes that some encoders write.</summary>
    private static byte[] Bytes(string json) => [.. json.SelectMany(unit => char.IsSurrogate(unit)
        ? [(byte)(0xE0 | (unit >> 12)), (byte)(0x80 | ((unit >> 6) & 0x3F)), (byte)(0x80 | (unit & 0x3F))]
        : Encoding.UTF8.GetBytes([unit]))];

    private static byte[] Filtered(byte[] bytes, int[] cuts)
    {
        var filter = new HalfCharacterFilter();
        var result = new List<byte>();
        var at = 0;
        for (var i = 0; at < bytes.Length; i++)
        {
            var piece = bytes.AsSpan(at, Math.Min(cuts[i % cuts.Length], bytes.Length - at));
            at += piece.Length;
            if (filter.Passes(piece)) result.AddRange(piece);
            else result.AddRange(filter.Change(piece, isLast: false).Span);
        }
        result.AddRange(filter.Change([], isLast: true).Span);
        return [.. result];
    }

    private static async Task<List<ChatResponseUpdate>> ReadAsync(Wire wire, Action<ScriptedCall> script)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(script);
        using var provider = server.Provider(wire);
        return await provider.Ask(null, tools: [ToolFixture.Find]).ReadAsync();
    }
}
