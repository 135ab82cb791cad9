using System.Text.Json;

namespace Millrace.Bench;

/// <summary>The few fields of a chat request that change what the mock does.</summary>
internal readonly record struct ChatRequest(string Model, bool Stream, bool IncludeUsage)
{
    public static async Task<ChatRequest> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancel);
        var root = body.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("an object is expected.");
        return new ChatRequest(
            root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String ? model.GetString()! : "",
            IsTrue(root, "stream"),
            root.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object && IsTrue(options, "include_usage"));
    }

    private static bool IsTrue(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
