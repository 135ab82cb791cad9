using System.Net;
using System.Text;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary><c>/api/contents</c>: attachments for services that have HTTP alone.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class ContentFaceTests(GatewayFleet given)
{
    private static readonly byte[] Gif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_text_that_is_stored_reaches_the_model()
    {
        fleet.Provider.Respond(call => call.Text("Read.").Stop());
        var stored = await UploadAsync("/api/contents?name=notes.md", "# The answer is 42."u8.ToArray(), "text/markdown; charset=utf-8", HttpStatusCode.Created);
        var head = await given.Other.GetAsync($"/api/contents/{stored.Text("contentId")}", HttpStatusCode.OK);

        var id = await given.Other.CreateAsync(new { messages = new[] { new { role = "User", text = "What is it?", attachments = new[] { new { contentId = stored.Text("contentId") } } } } });
        await given.Http.EndedAsync(id);

        Assert.Equal(("text/markdown", "notes.md", "19"), (head.Text("mediaType"), head.Text("name"), head.Text("bytes")));
        Assert.Contains("The answer is 42.", fleet.Provider.Calls[^1].RawBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_says_itself_what_it_is_and_its_header_how_it_is_called()
    {
        using var body = new ByteArrayContent(Gif);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contents") { Content = body };
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Content.Headers.ContentDisposition = new("attachment") { FileName = "\"dot.gif\"" };

        using var answer = await given.Http.SendAsync(request);
        var stored = JsonElement.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal(("image/gif", "dot.gif", $"/api/contents/{stored.Text("contentId")}"), (stored.Text("mediaType"), stored.Text("name"), answer.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task What_cannot_be_attached_is_refused()
    {
        Assert.StartsWith("The media type 'video/mp4' cannot be attached; give one of image/png", (await UploadAsync("/api/contents", [1, 2, 3], "video/mp4", HttpStatusCode.BadRequest)).Detail(), StringComparison.Ordinal);
        Assert.Equal("The attachment is said to be image/png, and its bytes begin like image/gif.", (await UploadAsync("/api/contents", Gif, "image/png", HttpStatusCode.BadRequest)).Detail());
        Assert.StartsWith("The attachment has 0 bytes", (await UploadAsync("/api/contents", [], "text/plain", HttpStatusCode.BadRequest)).Detail(), StringComparison.Ordinal);
        await given.Http.GetAsync($"/api/contents/{Guid.CreateVersion7()}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Twenty_mebibytes_are_taken_and_one_byte_more_is_not()
    {
        var most = Encoding.ASCII.GetBytes(new string('x', 20 * 1024 * 1024));

        Assert.Equal($"{most.Length}", (await UploadAsync("/api/contents", most, "text/plain", HttpStatusCode.Created)).Text("bytes"));
        Assert.Equal("too_large", (await UploadAsync("/api/contents", [.. most, 1], "text/plain", HttpStatusCode.RequestEntityTooLarge)).Text("code"));
    }

    private async Task<JsonElement> UploadAsync(string path, byte[] bytes, string type, HttpStatusCode expected)
    {
        using var body = new ByteArrayContent(bytes);
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.ExpectContinue = true; // or the refusal of a large body meets a client that is still writing
        using var answer = await given.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
