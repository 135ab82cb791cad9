using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>Reads a session's document and checks all of it; each complaint says where and what.</summary>
internal static class SessionDocumentReader
{
    /// <exception cref="SessionException">It is no such document, of another version, or breaks a rule.</exception>
    public static async Task<SessionDocument> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        using var json = await ParseAsync(source, cancellationToken);
        CheckVersion(json.RootElement);
        var document = Read(json.RootElement);
        for (var i = 0; i < document.Messages.Count; i++)
        {
            if (document.Messages[i] is not { } message)
                throw Invalid($"messages[{i}] is null; it must be a message.");
            if (SessionMessageRules.Broken(message) is { } broken)
                throw Invalid($"messages[{i}] {broken}");
        }

        return document;
    }

    private static async Task<JsonDocument> ParseAsync(Stream source, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(source, cancellationToken: cancellationToken);
        }
        catch (JsonException e)
        {
            throw Invalid($"It is not JSON: {e.Message}");
        }
    }

    private static void CheckVersion(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("schemaVersion", out var version))
            throw Invalid("""It has no schemaVersion; a document looks like {"schemaVersion":1,"session":{…},"messages":[…]}.""");
        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != SessionDocument.CurrentVersion)
            throw Invalid($"Its schemaVersion is {Shown(version.GetRawText())}; this version of Millrace reads {SessionDocument.CurrentVersion}.");
    }

    private static SessionDocument Read(JsonElement root)
    {
        try
        {
            var document = root.Deserialize<SessionDocument>(ContractsJson.Options)!;
            if (document.Session is null)
                throw Invalid("session is null; it must be an object, which may be empty.");
            if (document.Messages is null)
                throw Invalid("messages is null; it must be a list, which may be empty.");
            return document;
        }
        catch (JsonException e)
        {
            var where = e.Path is { } path && !e.Message.Contains(path, StringComparison.Ordinal) ? $"{path} " : "";
            throw Invalid($"It cannot be read: {where}{e.Message}");
        }
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static SessionException Invalid(string problem) =>
        new(SessionProblem.Invalid, $"This is not a session's document. {problem}");
}
