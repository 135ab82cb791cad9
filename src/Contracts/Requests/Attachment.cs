namespace Millrace.Contracts;

/// <summary>
/// A picture or a file that belongs to a user's message. Exactly one of <see cref="Data"/>, <see cref="Url"/> and <see cref="ContentId"/> says what is in it.
/// </summary>
public sealed record Attachment
{
    /// <summary>
    /// What it is: <c>image/png</c>, <c>image/jpeg</c>, <c>image/gif</c> or <c>image/webp</c> for what a model looks at, <c>text/plain</c>, <c>text/markdown</c>,
    /// <c>text/csv</c> or <c>application/json</c> for what it reads. Required, except that bytes may say it themselves.
    /// </summary>
    public string? MediaType { get; init; }

    /// <summary>The file's name, shown to the model with a text; at most 256 characters. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>The bytes, in JSON as base64. Counts towards the size of the request; larger ones are stored first and named by <see cref="ContentId"/>.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>An https address that the provider fetches; images only. Never a local path or a private address.</summary>
    public string? Url { get; init; }

    /// <summary>Bytes that were stored before, by the id that storing them gave.</summary>
    public Guid? ContentId { get; init; }
}
