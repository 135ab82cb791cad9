using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Worker.Hosting;

/// <summary>Reads <c>null</c> as what the member is when it is absent.</summary>
internal sealed class NullAsAbsentConverter<T>(JsonConverter<T> inner, T absent) : JsonConverter<T> where T : struct
{
    public override bool HandleNull => true;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? absent : inner.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => inner.Write(writer, value, options);
}
