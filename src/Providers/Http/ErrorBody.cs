using System.Text;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Providers.Options;

namespace Millrace.Providers.Http;

/// <summary>
/// What may be kept of a provider's error: its code, its type and the parameter that it is about. Its message is kept apart, since providers quote
/// prompts and keys in it: <see cref="ProviderOptions.ErrorMessages"/> decides where it goes.
/// </summary>
public readonly record struct ErrorBody(string? Code, string? Type)
{
    private const int MostBytes = 16 * 1024;
    private const int LongestMessage = 1000;
    private const int LongestParam = 128;
    private const int ShortestPart = 6;

    /// <summary>A body that is slow to come must not hide a status that is known already.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The member of the body that was refused, by the provider's name.</summary>
    public string? Param { get; init; }

    /// <summary>The provider's own words, on one line. May hold anything that was sent.</summary>
    public string? Message { get; init; }

    public static async Task<ErrorBody> ReadAsync(HttpContent content, TimeProvider time, CancellationToken aborted)
    {
        using var deadline = Deadline.After(Patience, time, aborted);
        try
        {
            await using var body = new ReadableStream(await content.ReadAsStreamAsync(deadline.Token));
            var bytes = new byte[MostBytes];
            var length = await body.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false, deadline.Token);
            return Parse(bytes.AsMemory(0, length));
        }
        catch (Exception) when (!aborted.IsCancellationRequested) // slow, cut or no JSON: the status alone has to do
        {
            return default;
        }
    }

    /// <summary>
    /// An error in any of the usual shapes: <c>{"error":{…}}</c>, <c>{"error":"…"}</c>, <c>[{"error":{…}}]</c>, flat, or FastAPI's
    /// <c>{"detail":[{"loc":…,"msg":…}]}</c>.
    /// </summary>
    public static ErrorBody Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind is JsonValueKind.Array && root.GetArrayLength() > 0) root = root[0];
        if (root.ValueKind is not JsonValueKind.Object) return default;
        var error = ObjectIn(root, "error") ?? root;
        var details = ObjectIn(error, "details") ?? error;
        var finding = Finding(error);
        return new(
            Member(error, "code") ?? Member(details, "error_code"),
            Member(error, "type") ?? Member(error, "error_type") ?? Member(error, "status"))
        {
            Param = ParamOf(error, finding),
            Message = OneLine(MessageOf(root, error, finding)),
        };
    }

    /// <summary>The text when it is short and looks like an identifier, otherwise null: nothing a user wrote gets through.</summary>
    public static string? Sanitized(string? text, int longest = 64)
    {
        if (string.IsNullOrEmpty(text) || text.Length > longest) return null;
        return text.All(IsOfIdentifier) ? text : null;
    }

    private static bool IsOfIdentifier(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';

    /// <summary>The error without anything that has one of the secrets in it, or is a part of one.</summary>
    public ErrorBody Without(IReadOnlyList<string> secrets) => new(Unless(Code, secrets), Unless(Type, secrets))
    {
        Param = Unless(Param, secrets),
        Message = HoldsSecret(Message, secrets) ? null : Message,
    };

    private static string? Unless(string? text, IReadOnlyList<string> secrets) =>
        text is null || secrets.Any(secret => IsPartOf(secret, text)) ? null : text;

    private static bool HoldsSecret(string? text, IReadOnlyList<string> secrets) =>
        text is not null && secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>Short words such as <c>429</c> stand in many keys by chance.</summary>
    private static bool IsPartOf(string secret, string text)
    {
        if (text.Contains(secret, StringComparison.Ordinal)) return true;
        return text.Length >= ShortestPart && secret.Contains(text, StringComparison.Ordinal);
    }

    private static string? Member(JsonElement error, string name)
    {
        if (!error.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => Sanitized(value.GetString()),
            JsonValueKind.Number => Sanitized(value.GetRawText()),
            _ => null,
        };
    }

    /// <summary><c>messages[2].content</c> and <c>tools.0.name</c> are names, too.</summary>
    private static string? Path(string? text) =>
        Sanitized(text?.Replace('[', '.').Replace("]", "", StringComparison.Ordinal), LongestParam);

    private static string? ParamOf(JsonElement error, JsonElement? finding)
    {
        if (Text(error, "param") is { } param) return Path(param);
        if (finding is not { } found) return null;
        if (Text(found, "field") is { } field) return Path(field);
        if (!found.TryGetProperty("loc", out var place) || place.ValueKind is not JsonValueKind.Array) return null;
        var parts = place.EnumerateArray().Select(part => part.ToString()).Where(part => part != "body");
        return Path(string.Join('.', parts));
    }

    /// <summary>The first of a list of findings: FastAPI's <c>detail</c>, be it below <c>message</c>, or Google's <c>fieldViolations</c>.</summary>
    private static JsonElement? Finding(JsonElement error)
    {
        if (FirstIn(error, "detail") is { } detail) return detail;
        if (ObjectIn(error, "message") is { } message && FirstIn(message, "detail") is { } nested) return nested;
        return FirstIn(error, "details") is { } details ? FirstIn(details, "fieldViolations") : null;
    }

    private static string? MessageOf(JsonElement root, JsonElement error, JsonElement? finding)
    {
        var message = Text(error, "message") ?? Text(root, "error") ?? Text(error, "detail");
        if (message is not null || finding is not { } found) return message;
        return Text(found, "msg");
    }

    private static JsonElement? ObjectIn(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind is JsonValueKind.Object ? child : null;

    private static JsonElement? FirstIn(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array && list.GetArrayLength() > 0
            && list[0].ValueKind is JsonValueKind.Object ? list[0] : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string? OneLine(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var line = new StringBuilder(text.Length);
        foreach (var c in HalfCharacters.Whole(text).Trim()) line.Append(char.IsControl(c) ? ' ' : c);
        if (line.Length <= LongestMessage) return line.ToString();
        line.Length = char.IsHighSurrogate(line[LongestMessage - 1]) ? LongestMessage - 1 : LongestMessage;
        return line.Append('…').ToString();
    }
}
