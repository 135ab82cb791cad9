using System.Text.Json;

namespace Millrace.Worker.Providers;

/// <summary>
/// What may be kept of a provider's error: its code and its type. The message is left behind, since providers quote prompts and
/// keys in it.
/// </summary>
internal readonly record struct ErrorBody(string? Code, string? Type)
{
    private const int MostBytes = 16 * 1024;

    /// <summary>A body that is slow to come must not hide a status that is known already.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<ErrorBody> ReadAsync(HttpContent content, TimeProvider time, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, aborted);
        try
        {
            await using var body = await content.ReadAsStreamAsync(either.Token);
            var bytes = new byte[MostBytes];
            var length = await body.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false, either.Token);
            return Parse(bytes.AsMemory(0, length));
        }
        catch (Exception) when (!aborted.IsCancellationRequested) // slow, cut or no JSON: the status alone has to do
        {
            return default;
        }
    }

    /// <summary>
    /// The code and type in any of the usual shapes: <c>{"error":{…}}</c>, <c>{"error":"…"}</c>, <c>[{"error":{…}}]</c> or flat.
    /// </summary>
    public static ErrorBody Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind is JsonValueKind.Array && root.GetArrayLength() > 0) root = root[0];
        if (root.ValueKind is not JsonValueKind.Object) return default;
        var error = root.TryGetProperty("error", out var nested) && nested.ValueKind is JsonValueKind.Object ? nested : root;
        var details = error.TryGetProperty("details", out var inner) && inner.ValueKind is JsonValueKind.Object ? inner : error;
        return new(
            Member(error, "code") ?? Member(details, "error_code"),
            Member(error, "type") ?? Member(error, "error_type") ?? Member(error, "status"));
    }

    /// <summary>The text when it is short and looks like an identifier, otherwise null: nothing a user wrote gets through.</summary>
    public static string? Sanitized(string? text, int longest = 64) =>
        text is { Length: > 0 } && text.Length <= longest && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-') ? text : null;

    private static string? Member(JsonElement error, string name) => !error.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => Sanitized(value.GetString()),
        JsonValueKind.Number => Sanitized(value.GetRawText()),
        _ => null,
    };
}
