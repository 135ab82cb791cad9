using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Usage;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class UsageTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly CancellationToken Token = CancellationToken.None;
    private static readonly DateTimeOffset Begin = new(2026, 10, 31, 22, 0, 0, TimeSpan.Zero);

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Rows_are_sums_over_their_group_by_the_time_at_which_they_were_taken_in(Kind kind)
    {
        var (truth, tenant) = (truths.Of(kind), Tenant());
        await AddAsync(truth, tenant, 0.5, GenerationState.Completed, new() { Input = 100, Cached = 40, Output = 10, Reasoning = 5 }, cost: 1_500_000);
        await AddAsync(truth, tenant, 0.9, GenerationState.Failed, null, cost: null);
        await AddAsync(truth, tenant, 2.5, GenerationState.Completed, new() { Input = 7, Output = 3 }, cost: null);
        await AddAsync(truth, tenant, 3.5, GenerationState.Cancelled, new() { Input = 5 }, cost: 500);
        await AddAsync(truth, tenant, 30, GenerationState.Completed, new() { Input = 1_000, Output = 1_000 }, cost: 9);
        await AddAsync(truth, Tenant(), 0.5, GenerationState.Completed, new() { Input = 1_000_000, Output = 1 }, cost: 9);

        var hours = await ReadAsync(truth, tenant, UsageGroup.Hour);
        Assert.Equal(["2026-10-31T22:00Z", "2026-11-01T00:00Z", "2026-11-01T01:00Z"], hours.Select(row => row.Keys.Single()));
        Assert.Equal(["2026-10-31", "2026-11-01"], (await ReadAsync(truth, tenant, UsageGroup.Day)).Select(row => row.Keys.Single()));
        var months = await ReadAsync(truth, tenant, UsageGroup.Month, UsageGroup.State);
        Assert.Equal(["2026-10 completed", "2026-10 failed", "2026-11 cancelled", "2026-11 completed"], months.Select(row => string.Join(' ', row.Keys)));

        Assert.Equal(Row(hours[0].Keys, 2, 1, 1, 0, 100, 40, 10, 5, 0.0015m, 0), hours[0]);
        Assert.Equal(Row(hours[1].Keys, 1, 1, 0, 0, 7, 0, 3, 0, null, 1), hours[1]);
        Assert.Equal(Row(hours[2].Keys, 1, 0, 0, 1, 5, 0, 0, 0, 0.0000005m, 0), hours[2]);
        var whole = Assert.Single(await ReadAsync(truth, tenant));
        Assert.Equal((4, 2, 1, 1, 112, 0.0015005m, 1), (whole.Generations, whole.Completed, whole.Failed, whole.Cancelled, whole.InputTokens, whole.Cost, whole.WithoutPrice));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Every_group_is_a_column_and_all_tenants_are_told_apart(Kind kind)
    {
        var (truth, tenant, session) = (truths.Of(kind), Tenant(), Guid.NewGuid());
        await AddAsync(truth, tenant, 1, GenerationState.Completed, null, 0, made => made with { SessionId = session, Channel = "billing", Lane = "p.x.bulk" });

        var row = Assert.Single(await ReadAsync(truth, tenant, Enum.GetValues<UsageGroup>()));
        Assert.Equal(["2026-10-31T23:00Z", "2026-10-31", "2026-10", tenant, "p", "m", session.ToString(), "billing", "bulk", "completed"], row.Keys.Select(key => key.ToLowerInvariant() is var lower && lower == session.ToString() ? lower : key));
        Assert.Equal((0m, 0L), (row.Cost!.Value, row.WithoutPrice));
        var fleet = await truth.Usage.ReadAsync(new(Begin, Begin.AddDays(1), [UsageGroup.Tenant]), Token);
        Assert.Equal(1, Assert.Single(fleet.Rows, one => one.Keys[0] == tenant).Generations);
        Assert.False(fleet.IsCut);
    }

    [Fact]
    public async Task A_tenants_report_is_found_by_an_index()
    {
        var truth = truths.Of(Kind.Sqlite);
        var plan = await truth.Database.QueryAsync(
            "EXPLAIN QUERY PLAN SELECT count(*) FROM generations WHERE received_at >= $1 AND received_at < $2 AND tenant = $3", row => row.GetString("detail"), Token, 0L, 1L, "a");

        Assert.Contains(plan, line => line.Contains("ix_generations_listed (tenant=? AND received_at>? AND received_at<?)", StringComparison.Ordinal));
    }

    private static UsageRow Row(
        IReadOnlyList<string> keys, long generations, long completed, long failed, long cancelled, long input, long cached, long output, long reasoning, decimal? cost, long withoutPrice) => new()
        {
            Keys = keys,
            Generations = generations,
            Completed = completed,
            Failed = failed,
            Cancelled = cancelled,
            InputTokens = input,
            CachedTokens = cached,
            OutputTokens = output,
            ReasoningTokens = reasoning,
            Cost = cost,
            WithoutPrice = withoutPrice,
        };

    private static async Task<IReadOnlyList<UsageRow>> ReadAsync(Truth truth, string tenant, params UsageGroup[] groups) =>
        (await truth.Usage.ReadAsync(new(Begin, Begin.AddHours(24), groups) { Tenant = tenant }, Token)).Rows;

    private static async Task AddAsync(Truth truth, string tenant, double hours, string state, TokenUsage? usage, long? cost, Func<NewGeneration, NewGeneration>? change = null)
    {
        var id = await truth.AcceptAsync(made => (change?.Invoke(made) ?? made) with { Tenant = tenant });
        var lane = (await truth.QueryAsync<string>("SELECT lane FROM generations WHERE id = $1", id)).Single();
        var claim = await truth.Runs.ClaimAsync(id, Guid.NewGuid(), lane, Token);
        Assert.NotNull(await truth.Runs.FinishAsync(claim!.Fence, new TerminalWrite(state, "{}", 1, null, 0, usage) { CostNanos = cost }, Token));
        await truth.QueryAsync<long>("UPDATE generations SET received_at = $2 WHERE id = $1 RETURNING 1", id, truth.Database.Sql.Time(Begin.AddHours(hours)));
    }

    private static string Tenant() => $"t-{Guid.NewGuid():N}";
}
