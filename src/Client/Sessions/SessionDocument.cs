using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>
/// A session as a JSON file: <c>{"schemaVersion":1,"session":{…},"messages":[…]}</c>, with the members and spellings of the contracts. Readers of a
/// version pass over members they do not know; a change that would mislead them gets a new version. Tool calls, their results and attachments came to
/// version 1 later: a reader from before refuses the role Tool and the empty text of a call, so it never takes a part for the whole.
/// </summary>
public sealed record SessionDocument
{
    /// <summary>The version that this library writes and reads: 1.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The document's version.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The session without its messages.</summary>
    public required SessionDocumentHead Session { get; init; }

    /// <summary>Its messages, oldest first, texts exactly. An import numbers and dates them anew and leaves their generations behind.</summary>
    public required IReadOnlyList<SessionMessage> Messages { get; init; }
}
