namespace Millrace.Tests.Telemetry;

/// <summary>A span as a collector got it.</summary>
/// <param name="Instance">Which process sent it.</param>
/// <param name="Scope">Whose it is.</param>
/// <param name="Kind">1 internal, 2 server, 3 client, 4 producer, 5 consumer.</param>
internal sealed record SeenSpan(
    string Service, string Instance, string Scope, string Name, ulong Kind, string TraceId, string Id, string ParentId, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<string> LinkedTraces, bool IsError)
{
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>The spans in an OTLP request.</summary>
    public static IEnumerable<SeenSpan> Read(byte[] request) =>
        from resource in new ProtoMessage(request).All(1)
        let process = AttributesOf(resource.Find(1)!, 1)
        from scope in resource.All(2)
        from span in scope.All(2)
        select new SeenSpan(
            process["service.name"], process["service.instance.id"], scope.Find(1)!.Text(1), span.Text(5), span.Number(6), span.Hex(1), span.Hex(2), span.Hex(4),
            AttributesOf(span, 9), [.. span.All(13).Select(link => link.Hex(1))], span.Find(15)?.Number(3) == 2);

    private static Dictionary<string, string> AttributesOf(ProtoMessage message, int field) =>
        message.All(field).DistinctBy(pair => pair.Text(1)).ToDictionary(pair => pair.Text(1), pair => Value(pair.Find(2)!));

    /// <summary>A text, a number, a truth, or an array's first.</summary>
    private static string Value(ProtoMessage value) =>
        value.Has(1) ? value.Text(1) : value.Has(5) ? Value(value.Find(5)!.Find(1)!) : value.Has(2) || value.Has(3) ? $"{(long)value.Number(value.Has(2) ? 2 : 3)}" : "";
}
