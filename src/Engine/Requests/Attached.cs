using Millrace.Contracts;

namespace Millrace.Engine.Requests;

/// <summary>A message as far as its attachments go: where it stands, who speaks, and what comes with it.</summary>
public sealed record Attached(string Path, MessageRole Role, IReadOnlyList<Attachment> Attachments)
{
    /// <summary>Those of a request's messages that have attachments.</summary>
    public static IReadOnlyList<Attached> In(GenerateRequested request) =>
        In(request.Messages, message => (message.Role, message.Attachments));

    /// <summary>The same of messages for a session.</summary>
    public static IReadOnlyList<Attached> In(IReadOnlyList<SessionMessage>? messages) =>
        In(messages, message => (message.Role, message.Attachments));

    private static List<Attached> In<T>(IReadOnlyList<T>? messages, Func<T, (MessageRole Role, IReadOnlyList<Attachment>? Attachments)> read) where T : class
    {
        var found = new List<Attached>();
        for (var i = 0; i < messages?.Count; i++)
        {
            if (messages[i] is { } message && read(message) is { Attachments.Count: > 0 } said)
                found.Add(new($"Messages[{i}]", said.Role, said.Attachments));
        }
        return found;
    }
}
