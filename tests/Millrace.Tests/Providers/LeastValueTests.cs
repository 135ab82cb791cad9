using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Providers.Simulated;

namespace Millrace.Tests.Providers;

public sealed class LeastValueTests
{
    [Fact]
    public void Lists_of_lists_do_not_multiply()
    {
        var schema = """{"type":"string"}""";
        for (var i = 0; i < 20; i++) schema = $$"""{"type":"array","minItems":1000,"items":{{schema}} }""";

        Assert.InRange(Count(new LeastValue().Of(JsonElement.Parse(schema))), 1_000, 30_000);
    }

    [Fact]
    public void What_is_copied_does_not_multiply()
    {
        var schema = $$"""{"type":"array","minItems":1000,"items":{"default":"{{new string('x', 100_000)}}"} }""";

        Assert.InRange(new LeastValue().Of(JsonElement.Parse(schema))!.ToJsonString().Length, 100_000, 300_000);
    }

    private static int Count(JsonNode? value) => 1 + (value is JsonArray items ? items.Sum(Count) : 0);
}
