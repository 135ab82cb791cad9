using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Persistence.Contents;

namespace Millrace.Tests.Attachments;

/// <summary>Each rule is named with field, value and choices, and bytes are counted and never shown.</summary>
public sealed class AttachmentRulesTests
{
    private const string Path = "Messages[0].Attachments[0]";

    private static readonly Guid Stored = Guid.Parse("01980000-0000-7000-8000-00000000000a");
    private static readonly Guid Gone = Guid.Parse("01980000-0000-7000-8000-00000000000b");

    private static readonly Dictionary<string, Attachment> Broken = new()
    {
        [$"{Path} gives none of Data, Url and ContentId; exactly one says what is in it."] = new(),
        [$"{Path} gives Data and Url of Data, Url and ContentId; exactly one says what is in it."] = Pictures.Of(Pictures.Png) with { Url = "https://example.com" },
        [$"{Path}.Name has 257 characters; at most 256 are allowed."] = Pictures.Of(Pictures.Png, name: new('n', 257)),
        [$"{Path}.Name has a control character; it must be one line of text."] = Pictures.Of(Pictures.Png, name: "a\nb"),
        [$"{Path}.MediaType is 'application/pdf'; it must be one of image/png, image/jpeg, image/gif, image/webp, text/plain, text/markdown, text/csv, application/json, texts in UTF-8."] =
            Pictures.Of("%PDF"u8.ToArray(), "application/pdf"),
        [$"{Path}.MediaType is 'text/plain; charset=latin1'; it must be one of image/png, image/jpeg, image/gif, image/webp, text/plain, text/markdown, text/csv, application/json, texts in UTF-8."] =
            Pictures.Text("x", "text/plain; charset=latin1"),
        [$"{Path}.MediaType is missing, and the bytes are no image that says what it is; give one of text/plain, text/markdown, text/csv, application/json."] = Pictures.Of([1, 2, 3]),
        [$"{Path}.Data is empty; it must hold something."] = Pictures.Of([], "text/plain"),
        [$"{Path}.Data has 1001 bytes; at most 1000 are allowed (Millrace:MaxAttachmentBytes)."] = Pictures.Of(Pictures.Large(1001)),
        [$"{Path}.Data is said to be image/png, and its bytes begin like image/jpeg."] = Pictures.Of(Pictures.Jpeg, "image/png"),
        [$"{Path}.Data is said to be image/webp, and its bytes begin like no image of these kinds: image/png, image/jpeg, image/gif, image/webp."] = Pictures.Of([1, 2, 3], "image/webp"),
        [$"{Path}.Data is said to be text/markdown, and its bytes are not UTF-8; convert it first."] = Pictures.Of([0x61, 0xE9, 0x62], "text/markdown"),
        [$"{Path}.Data is said to be application/json, and does not parse: line 2, byte 5."] = Pictures.Text("{\"secret\":1,\n\"x\":}", "application/json"),
        [$"{Path}.Url is 'http://example.com/…'; it must be an https:// address; workers read no files and providers no http."] = Pictures.At("http://example.com/x?key=secret"),
        [$"{Path}.Url is 'https://10.0.0.1/…'; it must lead to the public network."] = Pictures.At("https://10.0.0.1/x"),
        [$"{Path}.MediaType is 'text/plain' beside a Url; providers fetch images only, so send a text's bytes."] = Pictures.At("https://example.com/x") with { MediaType = "text/plain" },
        [$"{Path}.ContentId is '{Gone}'; nothing is stored under that id in this tenant, or not any more. Store the bytes first."] = new() { ContentId = Gone },
        [$"{Path}.ContentId '{Stored}' is stored as image/png, and MediaType is 'image/gif'; leave that out or make it the same."] = new() { ContentId = Stored, MediaType = "image/gif" },
    };

    public static TheoryData<string> Messages => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_broken_rule_is_named_with_its_field_its_value_and_what_is_allowed(string message) => Assert.Equal(message, Check(Broken[message]));

    [Theory]
    [InlineData("image/png", 5000, "iVBORw0KGgo=", "has 5000 bytes; at most 1000")]
    [InlineData("image/png", 3, "QUJD", "is said to be image/png")]
    [InlineData("application/json", 3, "QUJD", "does not parse")]
    [InlineData("text/plain", 1, "/w==", "not UTF-8")]
    [InlineData("application/zip", 3, "QUJD", "is stored as 'application/zip'")]
    public void What_is_stored_is_held_to_the_same_rules(string mediaType, int length, string head, string named)
    {
        var rules = new AttachmentRules(new Dictionary<Guid, ContentHead> { [Stored] = new(mediaType, null, length, Convert.FromBase64String(head)) }, 1000);

        Assert.Contains(named, rules.Broken([new("Messages[0]", MessageRole.User, [new() { ContentId = Stored }])]), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_user_attaches_and_at_most_sixteen()
    {
        Assert.Equal("Messages[2].Attachments is given in a message of role Assistant; only the user's have attachments.",
            Rules().Broken([new("Messages[2]", MessageRole.Assistant, [Pictures.Of(Pictures.Png)])]));
        Assert.Equal("Messages[0].Attachments has 17 entries; at most 16 are allowed.", Check([.. Enumerable.Repeat(Pictures.Of(Pictures.Png), 17)]));
        Assert.Null(Check([.. Enumerable.Repeat(Pictures.Of(Pictures.Png), 16)]));
        Assert.Equal($"{Path} is null; it must be an attachment.", Check((Attachment)null!));
    }

    [Fact]
    public void What_keeps_the_rules_passes()
    {
        Assert.Null(Check(
            Pictures.Of(Pictures.Png), Pictures.Of(Pictures.Jpeg, "image/jpg"), Pictures.Of(Pictures.Gif, "IMAGE/GIF"), Pictures.Of(Pictures.WebP), Pictures.Text("né 🌾"),
            Pictures.Text("# x", "text/markdown; charset=\"UTF-8\""), Pictures.Text("\uFEFF{\"a\":[1]}", "application/json"), Pictures.At("https://example.com/x"),
            new() { ContentId = Stored }, new() { ContentId = Stored, MediaType = "image/png", Name = "x.png" }));
        Assert.Null(Rules().Broken([]));
    }

    private static string? Check(params Attachment[] attachments) => Rules().Broken([new("Messages[0]", MessageRole.User, attachments)]);

    private static AttachmentRules Rules() => new(new Dictionary<Guid, ContentHead> { [Stored] = new("image/png", null, Pictures.Png.Length, Pictures.Png[..16]) }, 1000);
}
