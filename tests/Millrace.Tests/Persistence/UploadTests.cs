using System.Security.Cryptography;
using Millrace.Persistence.Contents;
using Millrace.Persistence.Files;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

/// <summary>Contents that come in pieces, on both databases.</summary>
[Integration]
public sealed class UploadTests(Truths truths) : IClassFixture<Truths>
{
    private const int Piece = FileStore.PartBytes;

    public static TheoryData<Kind> Both => Truths.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Pieces_in_any_order_are_the_bytes_and_a_piece_that_comes_again_changes_nothing(Kind kind)
    {
        var truth = truths.Of(kind);
        var (upload, bytes) = Upload((2 * Piece) + 5);

        Assert.Equal(UploadState.Partial, await TakeAsync(truth, upload, bytes, 2));
        Assert.Equal(UploadState.Partial, await TakeAsync(truth, upload, bytes, 0));
        Assert.Equal(UploadState.Partial, await TakeAsync(truth, upload, bytes, 2));
        Assert.Null(await truth.Contents.ReadAsync(upload.Tenant, upload.ContentId, image: false, Token));
        Assert.Equal(UploadState.Stored, await TakeAsync(truth, upload, bytes, 1));
        Assert.Equal(UploadState.Stored, await TakeAsync(truth, upload, bytes, 0));

        var read = await truth.Contents.ReadAsync(upload.Tenant, upload.ContentId, image: false, Token);
        Assert.Equal(bytes, read!.Bytes);
        Assert.Equal((upload.MediaType, upload.Name), (read.MediaType, read.Name));
        Assert.Equal(7, upload.ContentId.Version);
        await NothingIsLeftAsync(truth, upload);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Two_workers_that_get_the_last_pieces_at_once_store_it_once(Kind kind)
    {
        await using var other = truths.Another(kind);
        var truth = truths.Of(kind);
        var (upload, bytes) = Upload(4 * Piece);

        var states = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => TakeAsync(n % 2 == 0 ? truth : other, upload, bytes, n / 2)));

        Assert.Contains(UploadState.Stored, states);
        Assert.DoesNotContain(UploadState.Damaged, states);
        Assert.Equal(bytes, (await truth.Contents.ReadAsync(upload.Tenant, upload.ContentId, image: false, Token))!.Bytes);
        await NothingIsLeftAsync(truth, upload);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_does_not_have_its_digest_is_not_kept(Kind kind)
    {
        var truth = truths.Of(kind);
        var (upload, bytes) = Upload(Piece + 1);
        await TakeAsync(truth, upload, bytes, 0);
        bytes[^1] ^= 1;

        Assert.Equal(UploadState.Damaged, await TakeAsync(truth, upload, bytes, 1));

        Assert.Null(await truth.Contents.FindAsync(upload.Tenant, upload.ContentId, 0, Token));
        await NothingIsLeftAsync(truth, upload);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_same_bytes_of_two_producers_are_two_contents_and_one_that_goes_leaves_the_other(Kind kind)
    {
        var truth = truths.Of(kind);
        var (first, bytes) = Upload(Piece + 7);
        var second = first with { UploadId = Guid.CreateVersion7() };
        var stranger = first with { Tenant = "other" };

        foreach (var upload in new[] { first, second, stranger })
        {
            await TakeAsync(truth, upload, bytes, 0);
            await TakeAsync(truth, upload, bytes, 1);
        }

        Assert.Equal(3, new[] { first.ContentId, second.ContentId, stranger.ContentId }.Distinct().Count());
        Assert.False(await truth.Contents.DeleteAsync("other", first.ContentId, Token));
        Assert.True(await truth.Contents.DeleteAsync(first.Tenant, first.ContentId, Token));
        Assert.NotNull(await truth.Contents.FindAsync(second.Tenant, second.ContentId, 0, Token));
        Assert.NotNull(await truth.Contents.FindAsync("other", stranger.ContentId, 0, Token));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_a_lost_producer_has_left_goes_with_the_files_that_broke_off(Kind kind)
    {
        var truth = truths.Of(kind);
        var ((lost, bytes), (late, lateBytes)) = (Upload(2 * Piece), Upload(2 * Piece));
        await TakeAsync(truth, lost, bytes, 0);
        await TakeAsync(truth, late, lateBytes, 1);
        await truth.QueryAsync<Guid>(
            $"UPDATE files SET created_at = {truth.Database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING id", lost.ContentId, -(long)TimeSpan.FromDays(2).TotalMilliseconds);

        await truth.Files.ForgetAsync(TimeSpan.FromDays(1), Token);

        await NothingIsLeftAsync(truth, lost);
        Assert.Equal(UploadState.Stored, await TakeAsync(truth, late, lateBytes, 0));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_upload_is_no_file_that_its_tenant_sees(Kind kind)
    {
        var truth = truths.Of(kind);
        var (upload, bytes) = Upload(2 * Piece);
        await TakeAsync(truth, upload, bytes, 0);

        Assert.Null(await truth.Files.FindAsync(upload.Tenant, upload.ContentId, Token));
        Assert.DoesNotContain(await truth.Files.ListAsync(upload.Tenant, null, null, latestFirst: true, 1000, Token), file => file.Id == upload.ContentId);
    }

    private static (UploadedContent Upload, byte[] Bytes) Upload(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return (new UploadedContent("acme", Guid.CreateVersion7(), "text/plain", "é.txt", length, digest), bytes);
    }

    private static Task<UploadState> TakeAsync(Truth truth, UploadedContent upload, byte[] bytes, int number)
    {
        var from = number * Piece;
        return truth.Uploads.TakeAsync(upload, number, bytes[from..(from + upload.LengthOf(number))], Token);
    }

    private static async Task NothingIsLeftAsync(Truth truth, UploadedContent upload)
    {
        Assert.Equal([0], await truth.QueryAsync<long>("SELECT count(*) FROM files WHERE id = $1", upload.ContentId));
        Assert.Equal([0], await truth.QueryAsync<long>("SELECT count(*) FROM file_parts WHERE file_id = $1", upload.ContentId));
    }
}
