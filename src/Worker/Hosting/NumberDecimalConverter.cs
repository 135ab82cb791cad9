using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit.Serialization.JsonConverters;

namespace Millrace.Worker.Hosting;

/// <summary>Decimals are numbers; MassTransit writes them as texts, which no other reader expects. Both are read: older services send texts.</summary>
internal sealed class NumberDecimalConverter : JsonConverter<decimal>
{
    private static readonly StringDecimalJsonConverter Both = new();

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Both.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
