using Millrace.Contracts;
using Millrace.Persistence.Access;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class ApiKeyUseTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_key_is_found_by_its_beginning_and_known_by_its_hash(Kind kind)
    {
        var truth = truths.Of(kind);
        var (id, key) = await truth.Keys.AddAsync(new("mine", "acme", "read") { Lifetime = TimeSpan.FromDays(1), MaxConcurrent = 3 }, CancellationToken.None);

        var found = await truth.Keys.FindAsync(ApiKeySecret.PrefixOf(key)!, CancellationToken.None);

        Assert.Equal((id, "acme", "read", false, false, true), (found!.Id, found.Tenant, found.Scopes, found.IsRevoked, found.HasExpired, found.IsLimited));
        Assert.Equal(ApiKeySecret.HashOf(key), found.Hash);
        Assert.True(await truth.Keys.RevokeAsync(id, CancellationToken.None));
        Assert.True((await truth.Keys.FindAsync(ApiKeySecret.PrefixOf(key)!, CancellationToken.None))!.IsRevoked);
        Assert.False(await truth.Keys.RevokeAsync(Guid.NewGuid(), CancellationToken.None));
        Assert.Matches("^mr_[A-Za-z0-9]{8}_[A-Za-z0-9]{40}$", key);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Of_many_uses_at_once_by_two_gateways_as_many_pass_as_the_limit_allows(Kind kind)
    {
        await using var other = truths.Another(kind);
        var key = await KeyAsync(kind, made => made with { RequestsPerMinute = 7 });

        var uses = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => UseAsync(n % 2 == 0 ? truths.Of(kind) : other, key)));

        Assert.Equal((7, 33), (uses.Count(use => use.Full is null), uses.Count(use => use.Full == KeyLimit.Requests)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_old_use_counts_no_more(Kind kind)
    {
        var (truth, key) = (truths.Of(kind), await KeyAsync(kind, made => made with { RequestsPerMinute = 1 }));
        Assert.Null((await UseAsync(truth, key)).Full);
        var full = await UseAsync(truth, key);
        Assert.Equal(KeyLimit.Requests, full.Full);
        Assert.InRange(full.Requests!.Free.TotalSeconds, 0.001, 60); // how long exactly is told below

        await AgeAsync(truth, key, TimeSpan.FromSeconds(61));

        Assert.Null((await UseAsync(truth, key)).Full);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_use_without_a_generation_holds_a_place_for_a_minute_and_one_with_a_generation_until_that_ends(Kind kind)
    {
        var (truth, key) = (truths.Of(kind), await KeyAsync(kind, made => made with { MaxConcurrent = 1, TokensPerMinute = 100 }));
        var claim = await truth.RunningAsync(Guid.NewGuid());
        await truth.KeyUses.NoteAsync(key, claim.Fence.GenerationId, CancellationToken.None);
        await AgeAsync(truth, key, TimeSpan.FromHours(1));
        Assert.Equal(KeyLimit.Concurrent, (await UseAsync(truth, key)).Full);

        await truth.Runs.FinishAsync(claim.Fence, Rows.Completed(usage: new TokenUsage { Input = 30, Output = 12 }), CancellationToken.None);
        var next = await UseAsync(truth, key);
        Assert.Equal((null, 42L), (next.Full, next.Tokens!.Used));
        Assert.Equal(KeyLimit.Concurrent, (await UseAsync(truth, key)).Full);

        await AgeAsync(truth, key, TimeSpan.FromSeconds(61));
        Assert.Null((await UseAsync(truth, key)).Full);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_limit_tells_when_there_is_room_by_the_use_that_has_to_grow_old_for_it(Kind kind)
    {
        var (truth, key) = (truths.Of(kind), await KeyAsync(kind, made => made with { RequestsPerMinute = 100, TokensPerMinute = 1000 }));
        var ages = new Dictionary<Guid, int>();
        foreach (var (age, tokens, isErased) in new[] { (70, 500, false), (50, 60, false), (40, 0, false), (30, 50, true), (10, 45, false) })
        {
            var run = (await truth.RunningAsync(Guid.NewGuid(), made => made with { Tenant = "default" })).Fence;
            await truth.KeyUses.NoteAsync(key, run.GenerationId, CancellationToken.None);
            await truth.Runs.FinishAsync(run, Rows.Completed(usage: new TokenUsage { Input = tokens, Output = 0 }), CancellationToken.None);
            ages[run.GenerationId] = age;
            if (isErased) Assert.True(await truth.Generations.EraseAsync("default", run.GenerationId, "{}", CancellationToken.None));
        }

        foreach (var (requests, tokens, freeRequests, freeTokens) in new[] { (4, 100, 10, 10), (3, 95, 20, 30), (2, 46, 30, 30), (1, 45, 50, 50), (4, 1000, 10, 0), (4, 156, 10, 0), (4, 155, 10, 10) })
        {
            await truth.QueryAsync<long>("UPDATE api_keys SET requests_per_minute = $2, tokens_per_minute = $3 WHERE id = $1 RETURNING 1", key, requests, tokens);
            foreach (var (id, age) in ages)
            {
                await truth.AgeAsync(id, "finished_at", TimeSpan.FromSeconds(age));
                await truth.QueryAsync<long>($"UPDATE api_key_uses SET made_at = {truth.Database.Sql.NowPlus("$2")} WHERE generation_id = $1 RETURNING 1", id, -age * 1000L);
            }
            var use = await UseAsync(truth, key);
            Assert.Equal((4L, 155L), (use.Requests!.Used, use.Tokens!.Used));
            About(freeRequests, use.Requests.Free);
            About(freeTokens, use.Tokens.Free);
            About(50, use.Requests.Reset);
            About(50, use.Tokens.Reset);
        }

        // The clock has gone on since the ages were set: by less than the ages lie apart
        static void About(int seconds, TimeSpan told) => Assert.InRange(told.TotalSeconds, Math.Max(0, seconds - 9.9), seconds);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Uses_that_no_limit_counts_are_removed_but_for_the_latest(Kind kind)
    {
        var (truth, key) = (truths.Of(kind), await KeyAsync(kind, made => made));
        var running = await truth.RunningAsync(Guid.NewGuid());
        foreach (var id in new[] { running.Fence.GenerationId, Guid.NewGuid(), Guid.NewGuid() }) await truth.KeyUses.NoteAsync(key, id, CancellationToken.None);
        await AgeAsync(truth, key, TimeSpan.FromHours(1));
        var last = Guid.NewGuid();
        await truth.KeyUses.NoteAsync(key, last, CancellationToken.None);
        await truth.QueryAsync<long>($"UPDATE api_key_uses SET made_at = {truth.Database.Sql.NowPlus("$2")} WHERE generation_id = $1 RETURNING 1", last, -3_000_000L);

        await truth.Retention.ForgetAsync(TimeSpan.FromHours(24), CancellationToken.None);

        Assert.Equal(new[] { running.Fence.GenerationId, last }.Order(), (await truth.QueryAsync<Guid>("SELECT generation_id FROM api_key_uses WHERE key_id = $1", key)).Order());
        Assert.NotNull((await truth.Keys.ListAsync(CancellationToken.None)).Single(listed => listed.Id == key).LastGenerationAt);
    }

    private async Task<Guid> KeyAsync(Kind kind, Func<NewApiKey, NewApiKey> change) =>
        (await truths.Of(kind).Keys.AddAsync(change(new("test", "default", "generate")), CancellationToken.None)).Id;

    private static Task<KeyUse> UseAsync(Truth truth, Guid key) => truth.KeyUses.UseAsync(key, Guid.CreateVersion7(), CancellationToken.None);

    private static async Task AgeAsync(Truth truth, Guid key, TimeSpan age) => await truth.QueryAsync<long>(
        $"UPDATE api_key_uses SET made_at = {truth.Database.Sql.NowPlus("$2")} WHERE key_id = $1 RETURNING 1", key, -(long)age.TotalMilliseconds);
}
