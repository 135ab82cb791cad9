using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Providers.Options;

namespace Millrace.Engine.Sessions;

/// <summary>The rules of a <see cref="SessionRequested"/>'s fields. The first one that is broken is named with its value and what is allowed.</summary>
public static class SessionRules
{
    private const int MostMessages = 1_000;

    /// <summary>The broken rule in a sentence, or null.</summary>
    public static string? Broken(SessionRequested asked, long? bytes, int mostBytes) => bytes > mostBytes
        ? $"The request has {bytes} bytes; at most {mostBytes} are allowed (Millrace:MaxRequestBytes)."
        : Problems(asked).FirstOrDefault();

    /// <summary>One after the other, as far as somebody reads: behind the first that is broken nothing is looked at.</summary>
    private static IEnumerable<string> Problems(SessionRequested asked) => Ids(asked)
        .Concat(Messages(asked))
        .Concat(RequestRules.Names(asked.Provider, asked.Model))
        .Concat(RequestRules.Labels(asked.Channel, asked.Tenant, asked.Metadata))
        .Concat(SchemaText(asked.Options) ?? (asked.Options is { } options ? OptionRules.Problems(options) : []))
        .Concat(asked.Options?.ToolChoice is null ? []
            : ["Options.ToolChoice is given; a session has no tools, so it belongs to the request that names them. Leave it out."]);

    /// <summary>A request is written as JSON before its rules are asked; a session's settings are not.</summary>
    private static IEnumerable<string>? SchemaText(GenerationOptions? options) =>
        options?.JsonSchema is { } schema && JsonText.Flaw(schema) is { } flaw ? [$"Options.JsonSchema {flaw}"] : null;

    private static IEnumerable<string> Ids(SessionRequested asked)
    {
        if (asked.SessionId == Guid.Empty && asked.Operation != SessionOperation.List)
            yield return $"SessionId is missing; {asked.Operation} needs the id of its session.";
        if (asked.Operation == SessionOperation.Fork && (asked.NewSessionId is null || asked.NewSessionId == Guid.Empty))
            yield return "NewSessionId is missing; Fork needs an id for the copy.";
        if (asked.ThroughOrdinal < 0) yield return $"ThroughOrdinal is {asked.ThroughOrdinal}; it must be at least 0.";
        if (asked.AfterOrdinal < 0) yield return $"AfterOrdinal is {asked.AfterOrdinal}; it must be at least 0.";
        if (asked.Limit is < 1 or > 500) yield return $"Limit is {asked.Limit}; it must be between 1 and 500.";
    }

    private static IEnumerable<string> Messages(SessionRequested asked)
    {
        var messages = asked.Messages ?? [];
        if (asked.Operation == SessionOperation.Append && messages.Count == 0) yield return "Messages is empty; Append needs at least one.";
        if (messages.Count > MostMessages) yield return $"Messages has {messages.Count} entries; at most {MostMessages} are allowed in one request.";
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is not { } message) yield return $"Messages[{i}] is null; it must be a message.";
            else if (message.Attachments?.Count > AttachmentRules.MostAttachments) // what they name is looked up, so their number comes first
                yield return $"Messages[{i}].Attachments has {message.Attachments.Count} entries; at most {AttachmentRules.MostAttachments} are allowed.";
            else if (message.Role == MessageRole.System) yield return $"Messages[{i}].Role is System; a session's instructions are its SystemPrompt.";
            else foreach (var problem in MessageRules.Problems(message, $"Messages[{i}]")) yield return problem;
        }
    }
}
