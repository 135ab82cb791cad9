using System.Text.Json;
using Millrace.Worker.Mcp;
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
    public void Structure_is_added_unless_a_text_says_it_already()
    {
        var structured = JsonElement.Parse("""{"a":1,"b":[2]}""");

        Assert.Equal("""{ "b": [2], "a": 1 }""", McpResultText.Of(new() { Content = [new TextContentBlock { Text = """{ "b": [2], "a": 1 }""" }], StructuredContent = structured }));
        Assert.Equal("here\n{\"a\":1,\"b\":[2]}", McpResultText.Of(new() { Content = [new TextContentBlock { Text = "here" }], StructuredContent = structured }));
        Assert.Equal("(no content)", McpResultText.Of(new()));
    }

    private static string Text(params ContentBlock[] blocks) => McpResultText.Of(new CallToolResult { Content = blocks });
}
