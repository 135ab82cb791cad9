using System.Text.Json;
using CsCheck;
using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class TextTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly string Control = string.Concat(Enumerable.Range(0, 0x20).Select(code => (char)code));

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Whatever_a_user_or_a_model_wrote_comes_back_byte_for_byte(Kind kind)
    {
        foreach (var text in new[] { "", "\0", Control, "👩‍🚀 wörld \u2028 \"quoted\" \\ </script>", "\uFFFF\uE000", string.Concat(Enumerable.Repeat("🌾a\0", 262_144)) })
            await RoundTripAsync(truths.Of(kind), text);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Any_well_formed_text_comes_back(Kind kind) =>
        await Gen.OneOf(Gen.Int[0, 0xD7FF], Gen.Int[0xE000, 0x10_FFFF]).Select(char.ConvertFromUtf32).List[0, 30].Select(string.Concat)
            .SampleAsync(text => RoundTripAsync(truths.Of(kind), text), iter: 20, threads: 1);

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_time_is_kept_to_the_millisecond_and_in_UTC(Kind kind)
    {
        var truth = truths.Of(kind);
        var at = new DateTimeOffset(2031, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(9));

        var id = await truth.AcceptAsync(row => row with { NotAfter = at });

        await using var context = truth.Database.OpenContext();
        var kept = context.Generations.Single(row => row.Id == id).NotAfter;
        Assert.Equal((at, TimeSpan.Zero), (kept!.Value, kept.Value.Offset));
    }

    private static async Task RoundTripAsync(Truth truth, string text)
    {
        var json = JsonSerializer.Serialize(new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = text }, ContractsJson.Options);
        var claim = await truth.RunningAsync(Guid.NewGuid(), row => row with { Request = json });
        Assert.Equal(json, claim.Request);
        Assert.Equal(text, JsonSerializer.Deserialize<GenerateRequested>(claim.Request, ContractsJson.Options)!.Prompt);

        var chunk = Rows.Text(1) with { Payload = json };
        Assert.NotNull(await truth.Chunks.AppendAsync(claim.Fence, chunk, CancellationToken.None));
        Assert.Equal(json, (await truth.Chunks.ReadAsync(claim.Fence.GenerationId, 0, 1, CancellationToken.None)).Single().Payload);

        Assert.NotNull(await truth.Runs.FinishAsync(claim.Fence, Rows.Completed(json), CancellationToken.None));
        await truth.Announcements.MarkAsync(claim.Fence.GenerationId, CancellationToken.None);
        Assert.Equal(json, (await truth.Announcements.FindAsync(claim.Fence.GenerationId, CancellationToken.None))!.Outcome);
    }
}
