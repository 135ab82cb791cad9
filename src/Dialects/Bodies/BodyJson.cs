using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Millrace.Contracts;

namespace Millrace.Dialects.Bodies;

/// <summary>
/// How bodies are read, whatever their form: what could not be told again is refused here, where its member is known, and not where it is told. That is depth,
/// half of a surrogate pair, and a number that is none.
/// </summary>
public static class BodyJson
{
    private static readonly ConcurrentDictionary<JsonSerializerOptions, JsonSerializerOptions> Reading = [];

    /// <summary>The same options for reading a body.</summary>
    public static JsonSerializerOptions For(JsonSerializerOptions options) =>
        Reading.GetOrAdd(options, given => new(given) { MaxDepth = JsonText.MostLevels, Converters = { new Texts(), new FiniteNumbers() } });

    /// <summary>Whether it was refused for its depth, which the reader says in its message only.</summary>
    public static bool IsTooDeep(JsonException broken) => broken.Message.Contains("maximum configured depth", StringComparison.Ordinal);

    /// <summary>JSON that is kept as it is: its strings would be read for the first time when it is written.</summary>
    private sealed class Texts : JsonConverter<JsonElement>
    {
        public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var json = JsonElement.ParseValue(ref reader);
            return JsonText.Flaw(json) is { } flaw ? throw new JsonException($"A value {flaw}") : json;
        }

        public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
    }

    /// <summary>1e999 is read as infinity, which no JSON can say.</summary>
    private sealed class FiniteNumbers : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var isText = reader.TokenType == JsonTokenType.String && options.NumberHandling.HasFlag(JsonNumberHandling.AllowReadingFromString);
            var number = !isText ? reader.GetDouble()
                : double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var read) ? read : double.NaN;
            return double.IsFinite(number) ? number : throw new JsonException("A value is no number that can be used here.");
        }

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
