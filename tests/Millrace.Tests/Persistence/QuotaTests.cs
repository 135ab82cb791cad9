using Millrace.Contracts;
using Millrace.Persistence.Contents;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;
using Millrace.Persistence.Quotas;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

/// <summary>What a tenant may keep, on both databases, with two gateways at once.</summary>
[Integration]
public sealed class QuotaTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly StoredContent Ten = new("text/plain", null, new byte[10]);

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Of_many_uploads_at_once_over_two_gateways_as_many_are_stored_as_are_allowed(Kind kind)
    {
        await using var other = truths.Another(kind);
        var (truth, tenant) = (truths.Of(kind), NewTenant());

        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => TryAsync(() => (n % 2 == 0 ? truth : other).Contents.AddAsync(tenant, Ten, Quota(most: 5), CancellationToken.None))));

        Assert.Equal((5, 15), (tries.Count(fault => fault is null), tries.Count(fault => fault is { IsBytes: false })));
        Assert.Equal($"Tenant '{tenant}' keeps 5 contents, and 5 are allowed (Millrace:Gateway:Quotas:Contents). Delete some, or have the setting raised.", tries.First(fault => fault is not null)!.Message);
        Assert.Equal(5, (await truth.Contents.ListAsync(tenant, null, 100, CancellationToken.None)).Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Bytes_are_counted_beside_the_number_and_what_is_deleted_makes_room(Kind kind)
    {
        var (truth, tenant) = (truths.Of(kind), NewTenant());
        var first = await truth.Contents.AddAsync(tenant, Ten, Quota(mostBytes: 25), CancellationToken.None);
        await truth.Contents.AddAsync(tenant, Ten, Quota(mostBytes: 25), CancellationToken.None);

        var full = await Assert.ThrowsAsync<QuotaExceededException>(() => truth.Contents.AddAsync(tenant, Ten, Quota(mostBytes: 25), CancellationToken.None));
        Assert.True(full.IsBytes);
        Assert.Contains($"keeps 20 bytes of contents; with 10 more it would be over the 25 that are allowed (Millrace:Gateway:Quotas:ContentBytes)", full.Message, StringComparison.Ordinal);
        await truth.Contents.AddAsync(NewTenant(), Ten, Quota(mostBytes: 25), CancellationToken.None);

        Assert.False(await truth.Contents.DeleteAsync("another", first, CancellationToken.None));
        Assert.True(await truth.Contents.DeleteAsync(tenant, first, CancellationToken.None));
        Assert.False(await truth.Contents.DeleteAsync(tenant, first, CancellationToken.None));
        var last = await truth.Contents.AddAsync(tenant, Ten, Quota(mostBytes: 25), CancellationToken.None);
        var listed = await truth.Contents.ListAsync(tenant, null, 1, CancellationToken.None);
        Assert.Equal((last, 10L), (listed[0].Id, listed[0].Length));
        Assert.Single(await truth.Contents.ListAsync(tenant, last, 100, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_last_place_is_kept_when_the_answer_of_its_commit_is_lost(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var tenant = NewTenant();
        truth.Database.LoseNextTransaction = true;

        await truth.Contents.AddAsync(tenant, Ten, Quota(most: 1, mostBytes: 10), CancellationToken.None);

        Assert.Single(await truth.Contents.ListAsync(tenant, null, 100, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Files_that_come_in_at_once_do_not_share_the_room_for_one_and_what_found_none_leaves_nothing(Kind kind)
    {
        await using var other = truths.Another(kind);
        var (truth, tenant, files) = (truths.Of(kind), NewTenant(), Quota(most: 3, mostBytes: (3 * FileStore.PartBytes) + 10));

        var tries = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => TryAsync(() => StoreAsync(n == 0 ? truth : other, tenant, files, 2 * FileStore.PartBytes))));
        Assert.InRange(tries.Count(fault => fault is { IsBytes: true }), 1, 2); // each may have taken the room that the other needed

        Assert.Equal(2L * FileStore.PartBytes * tries.Count(fault => fault is null), Assert.Single(await truth.QueryAsync<long>("SELECT CAST(coalesce(sum(bytes), 0) AS bigint) FROM files WHERE tenant = $1", tenant)));
        Assert.Equal(
            (await truth.QueryAsync<long>("SELECT count(*) FROM files WHERE tenant = $1", tenant)).Single() * 2,
            (await truth.QueryAsync<long>("SELECT count(*) FROM file_parts p JOIN files f ON f.id = p.file_id WHERE f.tenant = $1", tenant)).Single());
        await StoreAsync(truth, tenant, Quota(most: 3), 10);
        await StoreAsync(truth, tenant, Quota(most: 3), 10);
        if (tries.Any(fault => fault is null)) Assert.False((await TryAsync(() => StoreAsync(truth, tenant, Quota(most: 3), 10)))!.IsBytes);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Sessions_say_how_many_bytes_are_in_them(Kind kind)
    {
        var (truth, tenant, id, copy) = (truths.Of(kind), NewTenant(), Guid.NewGuid(), Guid.NewGuid());
        SessionMessage[] two = [new() { Role = MessageRole.User, Text = "ü" }, new() { Role = MessageRole.Assistant, Text = "b" }];
        await truth.Sessions.CreateAsync(tenant, id, new(null, null, null, null, null), two, Guid.NewGuid(), CancellationToken.None);
        var once = (await truth.Sessions.BytesAsync(tenant, id, CancellationToken.None))!.Value;
        await truth.Sessions.AppendAsync(tenant, id, two, Guid.NewGuid(), CancellationToken.None);
        await truth.Sessions.ForkAsync(tenant, id, copy, 2, Guid.NewGuid(), CancellationToken.None);

        Assert.Equal((2 * once, once), (await truth.Sessions.BytesAsync(tenant, id, CancellationToken.None), await truth.Sessions.BytesAsync(tenant, copy, CancellationToken.None)));
        Assert.Equal(new StoredAmount(2, 3 * once), await truth.Sessions.KeptAsync(tenant, CancellationToken.None));
        Assert.Null(await truth.Sessions.BytesAsync("another", id, CancellationToken.None));
        Assert.Equal((4, 2), ((await truth.Sessions.FindAsync(tenant, id, CancellationToken.None))!.MessageCount, (await truth.Sessions.FindAsync(tenant, copy, CancellationToken.None))!.MessageCount));

        await truth.Sessions.ClearAsync(tenant, id, Guid.NewGuid(), CancellationToken.None);
        Assert.Equal(0, await truth.Sessions.BytesAsync(tenant, id, CancellationToken.None));
        Assert.Equal(0, (await truth.Sessions.FindAsync(tenant, id, CancellationToken.None))!.MessageCount);
        await truth.Sessions.AppendAsync(tenant, id, two, Guid.NewGuid(), CancellationToken.None);
        Assert.Equal((once, 2), (await truth.Sessions.BytesAsync(tenant, id, CancellationToken.None), (await truth.Sessions.FindAsync(tenant, id, CancellationToken.None))!.MessageCount));
    }

    private static string NewTenant() => $"t{Guid.NewGuid():N}";

    private static Quota Quota(long most = 1000, long mostBytes = 1L << 40) => new("contents", "Millrace:Gateway:Quotas:Contents", most, mostBytes);

    private static Task<StoredFile> StoreAsync(Truth truth, string tenant, Quota quota, int bytes) => truth.Files.AddAsync(
        new StoredFile { Id = Guid.CreateVersion7(), Tenant = tenant, Name = "a.jsonl", Purpose = "batch", State = FileState.Uploading },
        new MemoryStream(new byte[bytes]), _ => Task.FromResult<TimeSpan?>(null), quota, CancellationToken.None);

    private static async Task<QuotaExceededException?> TryAsync<T>(Func<Task<T>> store)
    {
        try
        {
            await store();
            return null;
        }
        catch (QuotaExceededException full)
        {
            return full;
        }
    }
}
