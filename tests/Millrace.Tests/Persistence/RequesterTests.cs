using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;

namespace Millrace.Tests.Persistence;

/// <summary>Who wants an answer is kept with the generation until it has been announced.</summary>
[Integration]
public sealed class RequesterTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Those_who_ask_before_the_end_are_known_at_the_end(Kind kind)
    {
        var truth = truths.Of(kind);
        var row = Rows.Queued() with { Requester = "first", Correlation = "{}" };
        await truth.Intake.AcceptAsync(row, CancellationToken.None);
        await truth.Intake.AcceptAsync(row with { Requester = null }, CancellationToken.None);
        await truth.Intake.AcceptAsync(row with { Requester = "second" }, CancellationToken.None);
        await truth.Intake.AcceptAsync(row with { Requester = "stranger", RequestHash = [9] }, CancellationToken.None);
        var claim = (await truth.Runs.ClaimAsync(row.Id, Guid.NewGuid(), Rows.Lane, CancellationToken.None))!;

        var ended = await truth.Runs.FinishAsync(claim.Fence, Rows.Completed(), CancellationToken.None);
        await truth.Intake.AcceptAsync(row with { Requester = "late" }, CancellationToken.None);

        Assert.Equal(("{}", "first\nsecond"), (claim.Correlation, ended!.Requesters));
        await truth.AgeAsync(row.Id, "nudged_at", TimeSpan.FromHours(1));
        var left = (await truth.Sweeps.UnannouncedAsync(Guid.NewGuid(), TimeSpan.FromSeconds(1), CancellationToken.None)).Single(one => one.GenerationId == row.Id);
        Assert.Equal(("{}", "first\nsecond"), (left.Correlation, left.Requesters));

        await truth.Announcements.MarkAsync(row.Id, CancellationToken.None);
        Assert.Null((await truth.Announcements.FindAsync(row.Id, CancellationToken.None))!.Requesters);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task They_do_not_grow_without_end(Kind kind)
    {
        var truth = truths.Of(kind);
        var row = Rows.Queued();
        for (var n = 0; n < 40; n++)
            await truth.Intake.AcceptAsync(row with { Requester = $"{n} {new string('x', 1024)}" }, CancellationToken.None);

        var ended = (await truth.Cancels.EndAsync(row.Id, 0, new TerminalWrite(GenerationState.Cancelled, "{}", 0, null, 0, null), CancellationToken.None))!;

        Assert.InRange(ended.Requesters!.Length, 1024, 18 * 1024);
        Assert.StartsWith("39 ", ended.Requesters.Split('\n')[^1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Those_who_ask_for_a_turn_are_known_at_its_end(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var row = Rows.Queued() with { SessionId = session, Requester = "first" };
        var turn = new NewTurn(row.Id, session, "default", WhenBusy.Queue, new SessionSettings(null, null, null), _ => row) { RequestHash = row.RequestHash };
        await truth.Turns.AcceptAsync(turn with { Requester = "first" }, CancellationToken.None);
        await truth.Turns.AcceptAsync(turn with { Requester = "second" }, CancellationToken.None);
        await truth.Turns.AcceptAsync(turn with { Requester = "stranger", RequestHash = [9] }, CancellationToken.None);

        var end = await truth.EndAsync(await truth.ClaimAsync(row.Id), session, "Hello");

        Assert.Equal("first\nsecond", end.Ended!.Requesters);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_is_erased_keeps_neither(Kind kind)
    {
        var truth = truths.Of(kind);
        var claim = await truth.RunningAsync(Guid.NewGuid(), row => row with { Requester = "first", Correlation = "{}" });
        await truth.Runs.FinishAsync(claim.Fence, Rows.Completed(), CancellationToken.None);

        Assert.True(await truth.Generations.EraseAsync("default", claim.Fence.GenerationId, "{}", CancellationToken.None));

        Assert.Equal([1L], await truth.QueryAsync<long>("SELECT count(*) FROM generations WHERE id = $1 AND correlation IS NULL AND requesters IS NULL", claim.Fence.GenerationId));
    }
}
