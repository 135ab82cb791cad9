using System.Security.Cryptography;
using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;

namespace Millrace.Tests.Attachments;

/// <summary>Bytes that go to the workers as messages: a producer knows the broker alone.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class BrokerUploadTests(SessionFleet given, TestServers servers)
{
    private const int Piece = ContentRequested.PieceBytes;

    private readonly FleetFixture fleet = given.Fleet;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_of_several_pieces_arrive_as_they_are_and_can_be_removed()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });
        var picture = Pictures.Large((2 * Piece) + 100);

        var attachment = await client.UploadAsync(picture, name: "é.png", tenant: "uploads", cancellationToken: Token);

        Assert.Equal(("image/png", "é.png"), (attachment.MediaType, attachment.Name));
        Assert.Equal(picture, await BytesAsync(attachment.ContentId!.Value));
        Assert.False(await client.DeleteUploadAsync(attachment.ContentId.Value, cancellationToken: Token)); // another tenant's
        Assert.True(await client.DeleteUploadAsync(attachment.ContentId.Value, "uploads", Token));
        Assert.False(await client.DeleteUploadAsync(attachment.ContentId.Value, "uploads", Token));
        await end();
    }

    [Fact]
    public async Task Two_producers_with_the_same_bytes_do_not_disturb_each_other()
    {
        var (first, endFirst) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });
        var (second, endSecond) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });
        var bytes = Pictures.Large(Piece + 1);

        var stored = await Task.WhenAll(first.UploadAsync(bytes, cancellationToken: Token), second.UploadAsync(bytes, cancellationToken: Token));

        Assert.NotEqual(stored[0].ContentId, stored[1].ContentId);
        Assert.True(await first.DeleteUploadAsync(stored[0].ContentId!.Value, cancellationToken: Token));
        Assert.Equal(bytes, await BytesAsync(stored[1].ContentId!.Value));
        await endFirst();
        await endSecond();
    }

    [Fact]
    public async Task A_piece_that_is_delivered_again_is_answered_again_and_stores_nothing_twice()
    {
        var bytes = Pictures.Large((2 * Piece) + 9);
        var upload = Upload(bytes);
        var pieces = Enumerable.Range(0, 3).Select(piece => Of(upload, bytes, piece)).ToList();

        Assert.Null((await AskAsync(pieces[1])).ContentId);
        Assert.Null((await AskAsync(pieces[1] with { RequestId = Guid.NewGuid() })).ContentId);
        Assert.Null((await AskAsync(pieces[0])).ContentId);
        var stored = await AskAsync(pieces[2]);
        var again = await AskAsync(pieces[2] with { RequestId = Guid.NewGuid() });
        var first = await AskAsync(pieces[0] with { RequestId = Guid.NewGuid() });

        Assert.NotNull(stored.ContentId);
        Assert.Equal((stored.ContentId, stored.ContentId), (again.ContentId, first.ContentId));
        Assert.Equal(bytes, await BytesAsync(stored.ContentId.Value));
        Assert.Equal(0, await PartsAsync(stored.ContentId.Value));
    }

    [Fact]
    public async Task What_a_lost_producer_has_begun_is_no_content()
    {
        var bytes = Pictures.Large((2 * Piece) + 9);
        var upload = Upload(bytes);

        var answer = await AskAsync(Of(upload, bytes, 0));

        Assert.Equal((null, null), (answer.ContentId, answer.Problem));
        var digest = SHA256.HashData(bytes);
        Assert.Equal(0, await fleet.QueryAsync<long>("SELECT count(*) FROM contents WHERE sha256 = $1", digest));
        Assert.Equal(1, await fleet.QueryAsync<long>("SELECT count(*) FROM files f JOIN file_parts p ON p.file_id = f.id WHERE f.tenant = $1 AND f.state = 'uploading'", upload.Tenant!));
    }

    [Fact]
    public async Task More_than_the_workers_take_is_refused_with_the_first_piece()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, options => options.MaxAttachmentBytes = 100 * Piece);

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => client.UploadAsync(Pictures.Large((20 * Piece) + 1), tenant: "large", cancellationToken: Token));

        Assert.Equal("Length is 20971521; 1 to 20971520 bytes are taken (Millrace:MaxAttachmentBytes).", refusal.Message);
        Assert.Equal(0, await fleet.QueryAsync<long>("SELECT count(*) FROM files WHERE tenant = 'large'"));
        await end();
    }

    [Fact]
    public async Task Bytes_without_their_digest_are_refused_and_not_kept()
    {
        var bytes = Pictures.Large(100);
        var upload = Upload(bytes) with { Sha256 = new string('0', 64) };

        var answer = await AskAsync(Of(upload, bytes, 0));

        Assert.Equal(ContentProblem.Damaged, answer.Problem);
        Assert.Contains($"The pieces of upload {upload.UploadId} do not have the digest 0000", answer.Message, StringComparison.Ordinal);
        Assert.Equal(0, await fleet.QueryAsync<long>("SELECT count(*) FROM contents WHERE sha256 = $1", SHA256.HashData(bytes)));
        Assert.Equal(0, await fleet.QueryAsync<long>("SELECT count(*) FROM files WHERE tenant = $1", upload.Tenant!));
    }

    [Fact]
    public async Task Where_no_worker_has_been_nobody_takes_it()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(await servers.CreateVirtualHostAsync(), _ => { });

        await Assert.ThrowsAsync<NoWorkersException>(() => client.UploadAsync(Pictures.Png, cancellationToken: Token));

        await end();
    }

    private static ContentRequested Upload(byte[] bytes) => new()
    {
        RequestId = Guid.Empty,
        Operation = ContentOperation.Upload,
        Tenant = $"t-{Guid.NewGuid():N}",
        UploadId = Guid.CreateVersion7(),
        MediaType = "image/png",
        Length = bytes.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        Channel = "uploads",
    };

    private static ContentRequested Of(ContentRequested upload, byte[] bytes, int piece)
    {
        var from = piece * Piece;
        return upload with { RequestId = Guid.NewGuid(), Piece = piece, Data = bytes.AsMemory(from, Math.Min(Piece, bytes.Length - from)) };
    }

    private async Task<ContentAnswered> AskAsync(ContentRequested asked)
    {
        await fleet.Producer.SendAsync(nameof(ContentRequested), JsonSerializer.Serialize(asked, ContractsJson.Options));
        var answer = await fleet.Events.FirstAsync(seen => seen.Kind == "content" && seen.Id == asked.RequestId);
        Assert.Equal(asked.Channel, answer.Channel);
        return answer.Message.Deserialize<ContentAnswered>(ContractsJson.Options)!;
    }

    private Task<byte[]> BytesAsync(Guid content) => fleet.QueryAsync<byte[]>("SELECT bytes FROM contents WHERE id = $1", content);

    private Task<long> PartsAsync(Guid content) => fleet.QueryAsync<long>("SELECT count(*) FROM file_parts WHERE file_id = $1", content);
}
