using MassTransit;
using Millrace.Client;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Attachments;

/// <summary>Uploads of the client library, and what it says when they cannot be.</summary>
[Integration]
public sealed class UploadTests
{
    [Fact]
    public async Task In_one_process_bytes_go_to_its_own_file_and_reach_the_provider()
    {
        using var folder = new ScratchFolder("uploads");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);
        var large = Pictures.Large(2_000_000);
        using var stream = new MemoryStream(large);
        var attachment = await worker.Client.UploadAsync(stream, name: "large.png");

        await Until.DoneAsync(worker.Client.GenerateAsync(new GenerateRequested
        {
            GenerationId = Guid.CreateVersion7(),
            Messages = [new(MessageRole.User, "What is it?") { Attachments = [attachment] }],
        }), "the generation");

        Assert.Equal(("image/png", "large.png", null), (attachment.MediaType, attachment.Name, attachment.Data));
        Assert.Contains(Convert.ToBase64String(large), provider.Calls[0].RawBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null, null, "The attachment has 0 bytes; 1 to 1,000 are allowed (MaxAttachmentBytes).")]
    [InlineData(1001, "text/plain", null, "The attachment has 1,001 bytes; 1 to 1,000 are allowed (MaxAttachmentBytes).")]
    [InlineData(5, null, null, "Neither the bytes nor the name say what the attachment is; give one of image/png")]
    [InlineData(5, null, "a.exe", "Neither the bytes nor the name say what the attachment is; give one of image/png")]
    [InlineData(5, "application/pdf", "a.txt", "The media type 'application/pdf' cannot be attached; give one of image/png")]
    [InlineData(5, null, "a\0.txt", "The attachment's name has 6 characters; it is one line of at most 256.")]
    [InlineData(5, "image/png", null, "The attachment is said to be image/png, and its bytes begin like no picture.")]
    [InlineData(5, null, "a.jpg", "The attachment is said to be image/jpeg, and its bytes begin like no picture.")]
    public async Task What_no_worker_would_take_is_not_stored(int bytes, string? mediaType, string? name, string message)
    {
        await using var client = Client();

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => client.UploadAsync(new byte[bytes], mediaType, name));
        using var stream = new MemoryStream(new byte[bytes]);
        await Assert.ThrowsAsync<ArgumentException>(() => client.UploadAsync(stream, mediaType, name));

        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    private static MillraceClient Client() =>
        Bus.Factory.CreateUsingInMemory(_ => { }).CreateMillraceClient(new() { MaxAttachmentBytes = 1000 });
}
