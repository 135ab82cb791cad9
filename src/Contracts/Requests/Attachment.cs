namespace Millrace.Contracts;

/// <summary>
/// A picture or a file that belongs to a user's message. Exactly one of <see cref="Data"/>, <see cref="Url"/> and <see cref="ContentId"/> says what is in it.
/// </summary>
public sealed record Attachment
{
    /// <summary>
    /// What it is: one of <see cref="MediaTypes.Images"/> for what a model looks at, one of <see cref="MediaTypes.Texts"/> for what it reads. Default: what a
    /// picture's bytes begin with, what was given when the bytes were stored, and for a <see cref="Url"/> a picture of any kind. Required for a text in <see cref="Data"/>.
    /// </summary>
    public string? MediaType { get; init; }

    /// <summary>The file's name, shown to the model with a text; at most 256 characters. Default: none, or the one that the bytes were stored with.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The bytes, in JSON as base64; at most the workers' <c>MaxAttachmentBytes</c>, 20 MiB by default. They count towards the size of the request, so larger
    /// ones are stored first and named by <see cref="ContentId"/>. Texts are UTF-8.
    /// </summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>
    /// An https address of a picture on the public network, which the provider fetches; the workers never do. Not a local path, a private address or one with
    /// a user in it. Ollama takes none.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>Bytes that were stored before, by the id that storing them gave; of the same tenant.</summary>
    public Guid? ContentId { get; init; }
}
