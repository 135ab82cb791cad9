using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>
/// Writes an enum as its name and reads it back in any casing, or as the number that other serializers write for it. What is neither
/// is refused with the list of choices, so that a typing error in a request is answered with what to write instead.
/// </summary>
public sealed class EnumNameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    private static readonly string Choices = string.Join(", ", Enum.GetNames<T>());

    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && Numbered(reader) is { } numbered) return numbered;
        var given = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (given is not null && given.All(char.IsAsciiLetter) && Enum.TryParse<T>(given, ignoreCase: true, out var value))
            return value;
        throw new JsonException($"must be one of {Choices}; got {Shown(given, reader)}.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    private static T? Numbered(Utf8JsonReader reader) =>
        reader.TryGetInt32(out var number) && Enum.IsDefined(typeof(T), number) ? (T)Enum.ToObject(typeof(T), number) : null;

    private static string Shown(string? given, Utf8JsonReader reader) => given switch
    {
        null => Kind(reader),
        { Length: > 40 } => $"'{given[..40]}…'",
        _ => $"'{given}'",
    };

    private static string Kind(Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.TryGetInt64(out var number) ? $"{number}" : "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };
}
