using Millrace.Contracts;
using Millrace.Engine.Attachments;

namespace Millrace.Tests.Attachments;

/// <summary>What workers refuse to store, and how they say so.</summary>
public sealed class UploadRulesTests
{
    private const int Most = 3 * ContentRequested.PieceBytes;

    private static readonly ContentRequested Good = new()
    {
        RequestId = Guid.NewGuid(),
        Operation = ContentOperation.Upload,
        UploadId = Guid.CreateVersion7(),
        MediaType = "text/plain",
        Length = 5,
        Sha256 = new string('a', 64),
        Piece = 0,
        Data = "hello"u8.ToArray(),
    };

    public static TheoryData<string, ContentRequested> Bad => new()
    {
        { "Tenant is 'a b'; it must match", Good with { Tenant = "a b" } },
        { "UploadId is missing", Good with { UploadId = null } },
        { "UploadId is missing", Good with { UploadId = Guid.Empty } },
        { "MediaType is 'application/pdf'; it must be one of image/png", Good with { MediaType = "application/pdf" } },
        { "MediaType is 'TEXT/plain'", Good with { MediaType = "TEXT/plain" } },
        { "MediaType is ''", Good with { MediaType = null } },
        { "Name has 257 characters; at most 256", Good with { Name = new string('n', 257) } },
        { "Name has a control character", Good with { Name = "a\nb" } },
        { "Length is missing; it must be 1 or more", Good with { Length = null } },
        { "Length is 0; it must be 1 or more", Good with { Length = 0 } },
        { "Sha256 must be the digest of all bytes, 64 hexadecimal digits", Good with { Sha256 = null } },
        { "Sha256 must be the digest", Good with { Sha256 = new string('g', 64) } },
        { "Piece is missing; with a Length of 5 it must be 0 to 0", Good with { Piece = null } },
        { "Piece is -1", Good with { Piece = -1 } },
        { "Piece is 1; with a Length of 5 it must be 0 to 0", Good with { Piece = 1 } },
        { "Data has 0 bytes; piece 0 of 5 bytes has 5", Good with { Data = null } },
        { "Data has 4 bytes; piece 0 of 5 bytes has 5", Good with { Data = "four"u8.ToArray() } },
        { "Data has 5 bytes; piece 0 of 1048577 bytes has 1048576", Good with { Length = ContentRequested.PieceBytes + 1 } },
        { "Data has 5 bytes; piece 1 of 1048577 bytes has 1", Good with { Length = ContentRequested.PieceBytes + 1, Piece = 1 } },
        { "ContentId is missing", Good with { Operation = ContentOperation.Delete } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_broken_rule_is_named_with_the_field_and_the_rule(string message, ContentRequested asked)
    {
        var (problem, told) = UploadRules.Broken(asked, Most)!.Value;

        Assert.Equal(ContentProblem.Invalid, problem);
        Assert.StartsWith(message, told, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", told, StringComparison.Ordinal);
    }

    [Fact]
    public void More_bytes_than_the_workers_take_are_a_problem_of_their_own()
    {
        var (problem, told) = UploadRules.Broken(Good with { Length = Most + 1 }, Most)!.Value;

        Assert.Equal((ContentProblem.TooLarge, $"Length is {Most + 1}; 1 to {Most} bytes are taken (Millrace:MaxAttachmentBytes)."), (problem, told));
    }

    [Fact]
    public void Everything_else_is_taken()
    {
        Assert.Null(UploadRules.Broken(Good, Most));
        Assert.Null(UploadRules.Broken(Good with { Sha256 = new string('A', 64), Name = "é.txt", Tenant = "acme" }, Most));
        Assert.Null(UploadRules.Broken(Good with { Length = Most, Piece = 2, Data = new byte[ContentRequested.PieceBytes] }, Most));
        Assert.Null(UploadRules.Broken(Good with { Operation = ContentOperation.Delete, ContentId = Guid.NewGuid(), UploadId = null }, Most));
    }
}
