using Millrace.Contracts;
using Millrace.Engine.Requests;

namespace Millrace.Engine.Attachments;

/// <summary>The rules of what is asked about stored bytes. The first one that is broken is named with its field, its value and what is allowed; never the bytes.</summary>
public static class UploadRules
{
    private const int DigestDigits = 64;

    private const int LongestName = 256;

    /// <summary>What is wrong, or null.</summary>
    /// <param name="asked">The question.</param>
    /// <param name="mostBytes">Of one attachment.</param>
    public static (ContentProblem Problem, string Message)? Broken(ContentRequested asked, int mostBytes)
    {
        var tenant = Tenants.Of(asked);
        if (!RequestRules.IsTenant(tenant))
            return (ContentProblem.Invalid, $"Tenant is '{Shown(tenant)}'; it must match [A-Za-z0-9_.-]{{1,64}}.");
        return asked.Operation switch
        {
            ContentOperation.Upload when asked.Length > mostBytes => (ContentProblem.TooLarge,
                $"Length is {asked.Length}; 1 to {mostBytes} bytes are taken (Millrace:MaxAttachmentBytes)."),
            ContentOperation.Upload => (InUpload(asked) ?? InPiece(asked)) is { } broken ? (ContentProblem.Invalid, broken) : null,
            ContentOperation.Delete => asked.ContentId is null ? (ContentProblem.Invalid, "ContentId is missing; it says what to remove.") : null,
            _ => (ContentProblem.Invalid, $"Operation is {asked.Operation}, which this worker does not know."),
        };
    }

    private static string? InUpload(ContentRequested asked)
    {
        if (asked.UploadId is null || asked.UploadId == Guid.Empty)
            return "UploadId is missing; an upload has an id of its own, the same in all its pieces.";
        if (asked.MediaType is not { } type || MediaTypes.Normal(type) != type)
            return $"MediaType is '{Shown(asked.MediaType ?? "")}'; it must be one of {string.Join(", ", MediaTypes.Images.Concat(MediaTypes.Texts))}.";
        if (asked.Name?.Length > LongestName)
            return $"Name has {asked.Name.Length} characters; at most {LongestName} are allowed.";
        if (asked.Name?.Any(char.IsControl) == true)
            return "Name has a control character; it must be one line of text.";
        if (asked.Length is null or < 1)
            return $"Length is {asked.Length?.ToString() ?? "missing"}; it must be 1 or more.";
        if (asked.Sha256?.Length != DigestDigits || !asked.Sha256.All(char.IsAsciiHexDigit))
            return $"Sha256 must be the digest of all bytes, {DigestDigits} hexadecimal digits.";
        return null;
    }

    private static string? InPiece(ContentRequested asked)
    {
        var last = (asked.Length!.Value - 1) / ContentRequested.PieceBytes;
        if (asked.Piece is not { } piece || piece < 0 || piece > last)
            return $"Piece is {asked.Piece?.ToString() ?? "missing"}; with a Length of {asked.Length} it must be 0 to {last}.";
        var expected = piece < last ? ContentRequested.PieceBytes : asked.Length.Value - (last * ContentRequested.PieceBytes);
        var given = asked.Data?.Length ?? 0;
        return given == expected ? null : $"Data has {given} bytes; piece {piece} of {asked.Length} bytes has {expected}.";
    }

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
