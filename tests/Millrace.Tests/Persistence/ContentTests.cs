using System.Security.Cryptography;
using Millrace.Persistence.Contents;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

/// <summary>Stored bytes on both databases.</summary>
[Integration]
public sealed class ContentTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly StoredContent Picture = new("image/png", "é.png", [.. Enumerable.Range(0, 5000).Select(n => (byte)n)]);

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_was_stored_is_read_byte_for_byte(Kind kind)
    {
        var truth = truths.Of(kind);
        var id = await truth.Contents.AddAsync("acme", Picture, CancellationToken.None);
        var text = await truth.Contents.AddAsync("acme", new("text/plain", null, [1, 2, 3]), CancellationToken.None);

        var read = (await truth.Contents.ReadAsync("acme", id, image: true, CancellationToken.None))!;
        Assert.Equal((Picture.MediaType, Picture.Name), (read.MediaType, read.Name));
        Assert.Equal(Picture.Bytes, read.Bytes);
        Assert.Equal([1, 2, 3], (await truth.Contents.ReadAsync("acme", text, image: false, CancellationToken.None))!.Bytes);
        Assert.Equal(7, id.Version);
        Assert.Equal(SHA256.HashData(Picture.Bytes), Assert.Single(await truth.QueryAsync<byte[]>("SELECT sha256 FROM contents WHERE id = $1", id)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task To_check_it_a_picture_needs_its_beginning_and_a_text_all(Kind kind)
    {
        var truth = truths.Of(kind);
        var picture = await truth.Contents.AddAsync("acme", Picture, CancellationToken.None);
        var text = await truth.Contents.AddAsync("acme", Picture with { MediaType = "text/plain", Name = null }, CancellationToken.None);

        Assert.Equal((5000L, 16, "é.png"), Told(await truth.Contents.FindAsync("acme", picture, 5000, CancellationToken.None)));
        Assert.Equal((5000L, 5000, null), Told(await truth.Contents.FindAsync("acme", text, 5000, CancellationToken.None)));
        Assert.Equal((5000L, 16, null), Told(await truth.Contents.FindAsync("acme", text, 4999, CancellationToken.None)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Another_tenant_and_another_kind_find_nothing(Kind kind)
    {
        var truth = truths.Of(kind);
        var id = await truth.Contents.AddAsync("acme", Picture, CancellationToken.None);

        Assert.Null(await truth.Contents.FindAsync("other", id, 5000, CancellationToken.None));
        Assert.Null(await truth.Contents.ReadAsync("other", id, image: true, CancellationToken.None));
        Assert.Null(await truth.Contents.ReadAsync("acme", id, image: false, CancellationToken.None));
        Assert.Null(await truth.Contents.FindAsync("acme", Guid.NewGuid(), 5000, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task They_go_when_they_have_not_been_used_for_the_retention(Kind kind)
    {
        var truth = truths.Of(kind);
        var (old, used, read) = (await AgedAsync(truth), await AgedAsync(truth), await AgedAsync(truth));

        await truth.Contents.FindAsync("acme", used, 5000, CancellationToken.None);
        await truth.Contents.ReadAsync("acme", read, image: true, CancellationToken.None);

        Assert.Equal(1, await truth.Contents.ForgetAsync(TimeSpan.FromDays(30), CancellationToken.None));
        Assert.Null(await truth.Contents.FindAsync("acme", old, 5000, CancellationToken.None));
        Assert.NotNull(await truth.Contents.FindAsync("acme", used, 5000, CancellationToken.None));
        Assert.NotNull(await truth.Contents.FindAsync("acme", read, 5000, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_answer_that_is_lost_stores_nothing_twice(Kind kind)
    {
        await using var truth = truths.Another(kind);
        truth.Database.LoseNextQuery = true;

        var id = await truth.Contents.AddAsync("once", Picture, CancellationToken.None);

        Assert.Equal([id], await truth.QueryAsync<Guid>("SELECT id FROM contents WHERE tenant = $1", "once"));
    }

    private static async Task<Guid> AgedAsync(Truth truth)
    {
        var id = await truth.Contents.AddAsync("acme", Picture, CancellationToken.None);
        await truth.QueryAsync<long>($"UPDATE contents SET used_at = {truth.Database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING 1", id, -(long)TimeSpan.FromDays(31).TotalMilliseconds);
        return id;
    }

    private static (long, int, string?) Told(ContentHead? content) => (content!.Length, content.Head.Length, content.Name);
}
