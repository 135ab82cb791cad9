using CsCheck;
using Millrace.Contracts;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Model;

namespace Millrace.Tests.Chunks;

public sealed class ChunkPayloadTests
{
    private static readonly Gen<string> WellFormed = Gen.OneOf(
            Gen.Int[0, 0xD7FF], Gen.Int[0xE000, 0xFFFF], Gen.Int[0x1_0000, 0x10_FFFF])
        .Select(char.ConvertFromUtf32).List[0, 40].Select(string.Concat);

    [Fact]
    public void Any_text_comes_back_from_the_log_as_it_went_in() => WellFormed.Sample(text => Assert.Equal(text, Read(new ChunkPayload(text)).Text));

    [Fact]
    public void Every_control_character_comes_back_and_none_stands_raw_in_the_log()
    {
        var text = string.Concat(Enumerable.Range(0, 0x20).Append(0x7F).Append(0x85).Append(0x2028).Select(code => (char)code));

        Assert.Equal(text, Read(new ChunkPayload(text)).Text);
        Assert.DoesNotContain(new ChunkPayload(text).ToJson(), c => c < 0x20);
    }

    [Fact]
    public void The_event_carries_what_the_row_says()
    {
        var row = Row(new ChunkPayload(KeepThrough: 7), ChunkKind.Restarted, 9);
        var session = Guid.NewGuid();

        var restarted = ChunkPayload.ToEvent(row, session);

        Assert.Equal(
            new ChunkProduced
            {
                GenerationId = row.GenerationId,
                SessionId = session,
                Sequence = 9,
                Epoch = 2,
                Step = 3,
                Kind = ChunkKind.Restarted,
                KeepThrough = 7,
                ProducedAt = row.ProducedAt,
            },
            restarted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc", "1:a", "2:b", "3:c")]
    [InlineData("cd", "1:a", "2:b", "3!0", "4:c", "5:d")]
    [InlineData("ad", "1:a", "2:b", "3!1", "4:d")]
    [InlineData("e", "1:a", "2!0", "3:c", "4!0", "5:e")]
    [InlineData("ab", "1:a", "2?thought", "3:b")]
    [InlineData("", "1:a", "2!0")]
    public void What_counts_is_the_text_less_what_restarts_took_back(string expected, params string[] chunks)
    {
        // 1:a is a text, 1?a a reasoning, 3!1 a restart that keeps through 1
        var events = chunks.Select(chunk => (Sequence: long.Parse(chunk[..1]), Mark: chunk[1], Value: chunk[2..])).Select(chunk => chunk.Mark switch
        {
            '!' => Event(new ChunkPayload(KeepThrough: long.Parse(chunk.Value)), ChunkKind.Restarted, chunk.Sequence),
            '?' => Event(new ChunkPayload(chunk.Value), ChunkKind.Reasoning, chunk.Sequence),
            _ => Event(new ChunkPayload(chunk.Value), ChunkKind.Text, chunk.Sequence),
        });

        Assert.Equal(expected, ChunkPayload.TextOf(events));
    }

    private static ChunkProduced Read(ChunkPayload payload) => Event(payload, ChunkKind.Text, 1);

    private static ChunkProduced Event(ChunkPayload payload, ChunkKind kind, long sequence) => ChunkPayload.ToEvent(Row(payload, kind, sequence), null);

    private static Chunk Row(ChunkPayload payload, ChunkKind kind, long sequence) => new()
    {
        GenerationId = Guid.NewGuid(),
        Sequence = sequence,
        Epoch = 2,
        Step = 3,
        Kind = kind.ToString(),
        Payload = payload.ToJson(),
        ProducedAt = DateTimeOffset.UnixEpoch.AddMilliseconds(1234),
    };
}
