using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Tests.Providers;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Attachments;

/// <summary>What really goes over each wire.</summary>
[Integration]
public sealed class WireTests
{
    private const string Address = "https://example.com/a%20b/c%2Fd.png?sig=x%2By%3D&e=1";

    public static TheoryData<string> Formats => ["image/png", "image/jpeg", "image/gif", "image/webp"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task OpenAIs_wire_gets_a_picture_as_a_data_address(string mediaType) => AssertSame(
        """[{"type":"image_url","image_url":{"url":"data:TYPE;base64,BYTES"}},{"type":"text","text":"What is it?"}]""".Replace("TYPE", mediaType).Replace("BYTES", Base64(mediaType)),
        (await SentAsync(Wire.OpenAI, "What is it?", Pictures.Of(BytesOf(mediaType)))).GetProperty("content"));

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Anthropic_gets_a_picture_as_a_source_with_its_media_type(string mediaType) => AssertSame(
        """[{"type":"image","source":{"type":"base64","media_type":"TYPE","data":"BYTES"}},{"type":"text","text":"What is it?"}]""".Replace("TYPE", mediaType).Replace("BYTES", Base64(mediaType)),
        (await SentAsync(Wire.Anthropic, "What is it?", Pictures.Of(BytesOf(mediaType), mediaType))).GetProperty("content"));

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Ollama_gets_a_picture_as_its_bytes(string mediaType)
    {
        var sent = await SentAsync(Wire.Ollama, "What is it?", Pictures.Of(BytesOf(mediaType), mediaType));

        Assert.Equal("What is it?", sent.GetProperty("content").GetString());
        AssertSame($"""["{Base64(mediaType)}"]""", sent.GetProperty("images"));
    }

    [Theory]
    [InlineData(Wire.OpenAI, """[{"type":"image_url","image_url":{"url":"ADDRESS"}}]""")]
    [InlineData(Wire.Anthropic, """[{"type":"image","source":{"type":"url","url":"ADDRESS"}}]""")]
    public async Task An_address_arrives_letter_by_letter_also_without_a_word(Wire wire, string expected) =>
        AssertSame(expected.Replace("ADDRESS", Address), (await SentAsync(wire, "", Pictures.At(Address))).GetProperty("content"));

    [Theory, EachWire]
    public async Task A_text_arrives_in_the_message_named_framed_and_exact(Wire wire)
    {
        const string Content = "a;b\r\n\t\"1\";  né 🌾 \n\n";

        var sent = await SentAsync(wire, " Sum it up. ", Pictures.Text(Content, "text/csv", "q \"1\" & <2>.csv"), Pictures.Text("{}", "application/json"));

        var text = sent.GetProperty("content") is { ValueKind: JsonValueKind.Array } parts ? Assert.Single(parts.EnumerateArray()).GetProperty("text").GetString() : sent.GetProperty("content").GetString();
        Assert.Equal(
            $"<attachment name=\"q &quot;1&quot; &amp; &lt;2&gt;.csv\" type=\"text/csv\">\n{Content}\n</attachment>\n\n<attachment type=\"application/json\">\n{{}}\n</attachment>\n\n Sum it up. ".TrimEnd(),
            text!.TrimEnd());
    }

    [Theory, EachWire]
    public async Task A_message_with_several_is_one_message_pictures_first(Wire wire)
    {
        var sent = await SentAsync(wire, "Compare.", Pictures.Text("t"), Pictures.Of(Pictures.Png), Pictures.Of(Pictures.Gif));

        var raw = sent.GetRawText();
        Assert.Contains(Base64("image/png"), raw, StringComparison.Ordinal);
        Assert.Contains(Base64("image/gif"), raw, StringComparison.Ordinal);
        if (wire is not Wire.Ollama) Assert.Equal(["image", "image", "text"], sent.GetProperty("content").EnumerateArray().Select(part => part.GetProperty("type").GetString()!.Split('_')[0]));
    }

    [Theory]
    [InlineData("</attachment>", "attachment-2")]
    [InlineData("</ATTACHMENT></attachment-2>", "attachment-3")]
    public void A_text_cannot_close_its_own_frame(string content, string tag) =>
        Assert.Equal($"<{tag} type=\"text/plain\">\n{content}\n</{tag}>", AttachmentFrame.Of(Pictures.Text(content)));

    [Fact]
    public void A_mark_of_encoding_is_not_part_of_a_text() =>
        Assert.Equal("<attachment type=\"text/plain\">\nx\n</attachment>", AttachmentFrame.Of(Pictures.Of([0xEF, 0xBB, 0xBF, (byte)'x'], "text/plain")));

    private static async Task<JsonElement> SentAsync(Wire wire, string text, params Attachment[] attachments)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);
        ChatMessage[] prompt = [new(ChatRole.User, AttachmentContents.Of(text, attachments))];

        await provider.Stream(null, "test-model", prompt, TestContext.Current.CancellationToken).ReadAsync();

        return Assert.Single(server.Calls[0].Body.GetProperty("messages").EnumerateArray());
    }

    private static byte[] BytesOf(string mediaType) => mediaType switch
    {
        "image/png" => Pictures.Png,
        "image/jpeg" => Pictures.Jpeg,
        "image/gif" => Pictures.Gif,
        _ => Pictures.WebP,
    };

    private static string Base64(string mediaType) => Convert.ToBase64String(BytesOf(mediaType));

    private static void AssertSame(string expected, JsonElement actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.GetRawText())), $"expected {expected}\nactual   {actual.GetRawText()}");
}
