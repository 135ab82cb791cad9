using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Mcp;
using ModelContextProtocol.Protocol;

namespace Millrace.Tests.Mcp;

/// <summary>Names and results, as they come from servers and as models get them.</summary>
public sealed class McpTextTests
{
    [Theory]
    [InlineData("read_file", "s_read_file")]
    [InlineData("files.read", "s_files_read")]
    [InlineData("lies/ö", "s_lies__")]
    [InlineData("", "s__")]
    public void What_no_provider_takes_in_a_name_becomes_an_underscore(string name, string expected) =>
        Assert.Equal(expected, McpNames.For("s_", [name])[name]);

    [Fact]
    public void Names_that_would_be_the_same_or_too_long_end_in_a_hash_in_any_order()
    {
        string[] names = ["a.b", "a/b", "a_b", new('x', 80), new string('x', 80) + "y"];

        var given = McpNames.For("s_", names);

        Assert.Equal(given, McpNames.For("s_", names.Reverse()));
        Assert.Equal("s_a_b", given["a_b"]);
        Assert.Equal(names.Length, given.Values.Distinct().Count());
        Assert.All(given.Values, name => Assert.Matches("^[A-Za-z0-9_-]{1,64}$", name));
        Assert.Matches("^s_a_b_[0-9a-f]{8}$", given["a.b"]);
    }

    [Fact]
    public void Texts_are_joined_and_what_is_no_text_is_named() => Assert.Equal(
        """
        one
        [image, image/png, 3 bytes; not passed on]
        [resource file:///a]
        its text
        [link to resource file:///b: B]
        """,
        Text(new TextContentBlock { Text = "one" },
            new ImageContentBlock { Data = "AAAA"u8.ToArray(), MimeType = "image/png" },
            new EmbeddedResourceBlock { Resource = new TextResourceContents { Uri = "file:///a", Text = "its text" } },
            new ResourceLinkBlock { Uri = "file:///b", Name = "B" }));

    [Fact]
    public void Structure_counts_only_where_there_is_no_text()
    {
        var structured = JsonElement.Parse("""{"a":1,"b":[2]}""");

        Assert.Equal("here", McpResultText.Of(new() { Content = [new TextContentBlock { Text = "here" }], StructuredContent = structured }));
        Assert.Equal("""{"a":1,"b":[2]}""", McpResultText.Of(new() { StructuredContent = structured }));
        Assert.Equal("""{"a":1,"b":[2]}""", McpResultText.Of(new CallToolResult { Content = [new TextContentBlock { Text = " " }], StructuredContent = structured }).Trim());
        Assert.Equal("[image, image/png, 3 bytes; not passed on]\n{\"a\":1,\"b\":[2]}", McpResultText.Of(new()
        {
            Content = [new ImageContentBlock { Data = "AAAA"u8.ToArray(), MimeType = "image/png" }],
            StructuredContent = structured,
        }));
        Assert.Equal("(no content)", McpResultText.Of(new()));
    }

    /// <summary>Servers put the bytes of pictures into their structure in every way there is.</summary>
    [Theory]
    [InlineData("""{"content":[{"type":"image","data":"AAAA","mimeType":"image/png"}]}""", """{"content":["[image, image/png, 3 bytes; not passed on]"]}""")]
    [InlineData("""{"sound":{"type":"audio","data":"AAA=","mimeType":"audio/wav"}}""", """{"sound":"[audio, audio/wav, 2 bytes; not passed on]"}""")]
    [InlineData("""[{"type":"resource","resource":{"uri":"a:b","blob":"AAAA"}}]""", """["[resource a:b, of unknown type, 3 bytes; not passed on]"]""")]
    [InlineData("""{"png":"iVBORw0KGgoAAAAN"}""", """{"png":"[bytes, of unknown type, 12 bytes; not passed on]"}""")]
    [InlineData("""{"url":"data:image/png;base64,AAAA","plain":"iVBORw0KGgo is how a picture begins","n":null}""",
        """{"url":"[bytes, image/png, 3 bytes; not passed on]","plain":"iVBORw0KGgo is how a picture begins","n":null}""")]
    public void Bytes_in_a_structure_are_named_and_left_behind(string structured, string expected) =>
        Assert.Equal(expected, McpResultText.Of(new JsonObject { ["structuredContent"] = JsonNode.Parse(structured) }));

    [Fact]
    public void Long_base64_is_bytes_and_a_long_text_is_not()
    {
        var (bytes, digits) = (Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData([]).Concat(new byte[1000]).ToArray()), new string('7', 5000));

        var text = McpResultText.Of(new JsonObject { ["structuredContent"] = new JsonObject { ["a"] = bytes, ["b"] = digits } });

        Assert.Equal($$"""{"a":"[bytes, of unknown type, 1032 bytes; not passed on]","b":"{{digits}}"}""", text);
    }

    [Theory]
    [InlineData("""{"content":[{"type":"text","text":"noted","annotations":{"audience":["auditor"],"priority":"high","lastModified":"yesterday"}}]}""", "noted")]
    [InlineData("""{"content":[{"type":"hologram","data":"AAAA"}, 7, null, {"text":"of no type"}]}""", "[hologram; not passed on]\n[something of no type; not passed on]")]
    [InlineData("""{"content":"no list","isError":"perhaps"}""", "(no content)")]
    [InlineData("""{"content":[{"type":"image","data":7}]}""", "[image, of unknown type, 0 bytes; not passed on]")]
    public void What_is_unknown_in_an_answer_costs_nothing_of_the_rest(string result, string expected)
    {
        Assert.Equal(expected, McpResultText.Of(JsonNode.Parse(result)!.AsObject()));
        Assert.False(McpResultText.IsError(JsonNode.Parse(result)!.AsObject()));
    }

    private static string Text(params ContentBlock[] blocks) => McpResultText.Of(new CallToolResult { Content = blocks });
}
