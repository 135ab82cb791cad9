using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>
/// Writes an enum as its name and reads it back in any casing. A number or an unknown name is refused with the list of
/// choices, so that a typing error in a request is answered with what to write instead.
/// </summary>
public sealed class EnumNameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    private static readonly string Choices = string.Join(", ", Enum.GetNames<T>());

    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var given = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (given is not null && given.All(char.IsAsciiLetter) && Enum.TryParse<T>(given, ignoreCase: true, out var value))
            return value;
        throw new JsonException($"{typeof(T).Name} is one of {Choices}; got {Shown(given, reader.TokenType)}.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    private static string Shown(string? given, JsonTokenType token) => given switch
    {
        null => $"a {token}",
        { Length: > 40 } => $"'{given[..40]}…'",
        _ => $"'{given}'",
    };
}
