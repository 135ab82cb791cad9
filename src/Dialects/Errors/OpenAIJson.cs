using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millrace.Dialects.Errors;

/// <summary>OpenAI's JSON: snake_case, absent values as null. What a client sends that nobody knows is passed over: clients are newer than servers.</summary>
public static class OpenAIJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);
}
