using System.ComponentModel;

namespace Millrace.Gateway.Native;

/// <summary>Stored bytes without the bytes.</summary>
internal sealed record ContentView
{
    [Description("Its id, for an attachment's contentId.")]
    public required Guid ContentId { get; init; }

    [Description("What it is: one of image/png, image/jpeg, image/gif, image/webp, text/plain, text/markdown, text/csv, application/json.")]
    public required string MediaType { get; init; }

    [Description("The file's name, if it has one.")]
    public string? Name { get; init; }

    [Description("How many bytes there are.")]
    public required long Bytes { get; init; }
}
