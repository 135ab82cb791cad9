using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MassTransit;
using MassTransit.Serialization.JsonConverters;
using Millrace.Contracts;

namespace Millrace.Worker.Hosting;

/// <summary>JSON on the broker as docs/messages.md has it: MassTransit's own, apart from what that writes or reads otherwise.</summary>
internal static class BusJson
{
    public static void Configure(IBusFactoryConfigurator bus) => bus.ConfigureJsonSerializerOptions(options =>
    {
        options.WriteIndented = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        if (options.Converters.OfType<NumberDecimalConverter>().Any()) return options; // MassTransit has one set of options for all buses of a process
        foreach (var texts in options.Converters.OfType<StringDecimalJsonConverter>().ToList()) options.Converters.Remove(texts);
        options.Converters.Insert(0, new NumberDecimalConverter());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(TakeNullAsAbsent);
        return options;
    });

    /// <summary>A member that may be left out may also be <c>null</c>, whether its type has a null here or not.</summary>
    private static void TakeNullAsAbsent(JsonTypeInfo type)
    {
        if (type.Type.Assembly != typeof(GenerateRequested).Assembly || type.Kind != JsonTypeInfoKind.Object) return;
        if (type.Type.GetConstructor(Type.EmptyTypes) is null) return; // what its constructor takes may not be left out
        object? absent = null;
        foreach (var member in type.Properties)
        {
            if (member.IsRequired || member.Get is null || !member.PropertyType.IsValueType || Nullable.GetUnderlyingType(member.PropertyType) is not null) continue;
            absent ??= Activator.CreateInstance(type.Type)!;
            member.CustomConverter = (JsonConverter)Activator.CreateInstance(
                typeof(NullAsAbsentConverter<>).MakeGenericType(member.PropertyType), type.Options.GetConverter(member.PropertyType), member.Get(absent))!;
        }
    }
}
