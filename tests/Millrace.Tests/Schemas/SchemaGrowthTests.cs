using System.Text.Json;
using Millrace.Providers.Schemas;

namespace Millrace.Tests.Schemas;

/// <summary>Twice the input is at most twice the work: counted in steps and in bytes allocated, not in time.</summary>
public sealed class SchemaGrowthTests
{
    private const int Small = 500;
    private const double Most = 2.6;

    private static readonly Dictionary<string, Func<int, string>> Schemas = new()
    {
        ["properties"] = n => Object("properties", n, _ => Text),
        ["definitions that lead to one"] = n => Object("$defs", n, i => i == 0 ? "{}" : Reference("#/$defs/a0")),
        ["references to one"] = n => $"{{\"$defs\":{{\"x\":{{}}}},\"allOf\":[{List(n, _ => Reference("#/$defs/x"))}]}}",
        ["allOf"] = n => $"{{\"allOf\":[{List(n, _ => "{}")}]}}",
        ["enum"] = n => $"{{\"enum\":[{List(n, i => $"\"{i}\"")}]}}",
        ["equal entries of enum"] = n => $"{{\"enum\":[{List(n, _ => "[1,2]")}]}}",
        ["ids"] = n => Object("$defs", n, i => i == 0 ? "{\"$id\":\"i0\"}" : $"{{\"$id\":\"i{i}\",\"$ref\":\"i0\"}}"),
        ["equal ids"] = n => Object("$defs", n, _ => "{\"$id\":\"same\",\"enum\":[1,2,3]}"),
        ["required"] = n => $"{{\"required\":[{List(n, i => $"\"a{i}\"")}]}}",
        ["dependencies"] = n => Object("dependencies", n, i => $"[\"a{i}\"]"),
        ["digits"] = n => $"{{\"maximum\":1{new string('0', n)}1}}",
    };

    private static readonly Dictionary<string, (string Schema, Func<int, string> Value)> Values = new()
    {
        ["unique items"] = ("{\"uniqueItems\":true}", n => $"[{List(n, i => $"{i}")}]"),
        ["unique objects"] = ("{\"uniqueItems\":true}", n => $"[{List(n, i => $"{{\"a\":{i},\"b\":[0]}}")}]"),
        ["members"] = ("""{"properties":{"a1":{"type":"string"}},"patternProperties":{"^b":false},"additionalProperties":true}""", n => $"{{{Members(n, _ => "1")}}}"),
        ["unevaluated"] = (
            """{"anyOf":[{"properties":{"a1":true}},{"properties":{"a2":true}}],"unevaluatedProperties":{"type":"integer"}}""", n => $"{{{Members(n, _ => "1")}}}"),
        ["enum"] = ($"{{\"items\":{{\"enum\":[{List(2_000, i => $"{i}")}]}}}}", n => $"[{List(n, i => $"{i}")}]"),
        ["text"] = ("""{"pattern":"^[a-z]+$","maxLength":1}""", n => $"\"{new string('a', 100 * n)}\""),
        ["explosive text"] = ("""{"pattern":"^(a+)+$"}""", n => $"\"{new string('a', 20 * n)}!\""),
        ["digits"] = ("""{"multipleOf":3}""", n => new string('9', n)),
        ["tree"] = (
            """{"properties":{"c":{"items":{"$ref":"#"}}},"oneOf":[{"required":["c"]},{"required":["d"]}]}""", n => $"{{\"c\":[{List(n, _ => "{\"d\":1}")}]}}"),
        ["contains"] = ("""{"contains":{"const":0},"unevaluatedItems":{"type":"integer"}}""", n => $"[{List(n, i => $"{i}")}]"),
        ["flaws"] = ("""{"items":{"anyOf":[{"type":"string"},{"type":"null"}]}}""", n => $"[{List(n, i => $"{i}")}]"),
    };

    public static TheoryData<string> SchemaNames => [.. Schemas.Keys];

    public static TheoryData<string> ValueNames => [.. Values.Keys];

    [Theory]
    [MemberData(nameof(SchemaNames))]
    public void Reading_a_schema(string shape) => Linear(shape, n =>
    {
        var schema = JsonElement.Parse(Schemas[shape](n));
        return steps => Schema.Read(schema, steps: steps);
    });

    [Theory]
    [MemberData(nameof(ValueNames))]
    public void Checking_a_value(string shape)
    {
        var schema = Schema.Read(JsonElement.Parse(Values[shape].Schema));
        Linear(shape, n =>
        {
            var value = JsonElement.Parse(Values[shape].Value(n));
            return steps => schema.Check(value, steps);
        });
    }

    private static void Linear(string shape, Func<int, Action<StepBudget>> workOf)
    {
        Cost(workOf(Small)); // what is made once
        var costs = new[] { 1, 2, 4 }.Select(times => Cost(workOf(times * Small))).ToList();
        foreach (var (less, more) in costs.Zip(costs.Skip(1)))
        {
            Assert.True(more.Steps <= (Most * less.Steps) + 100, $"{shape}: {less.Steps} steps became {more.Steps}");
            Assert.True(more.Bytes <= (Most * less.Bytes) + 20_000, $"{shape}: {less.Bytes} bytes became {more.Bytes}");
        }
    }

    private static (long Steps, long Bytes) Cost(Action<StepBudget> work)
    {
        var steps = new StepBudget(long.MaxValue - 1, CancellationToken.None);
        var before = GC.GetAllocatedBytesForCurrentThread();
        work(steps);
        return (steps.Taken, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private const string Text = "{\"type\":\"string\"}";

    private static string Reference(string to) => $"{{\"$ref\":\"{to}\"}}";

    private static string Object(string keyword, int count, Func<int, string> value) => $"{{\"{keyword}\":{{{Members(count, value)}}}}}";

    private static string Members(int count, Func<int, string> value) => List(count, i => $"\"a{i}\":{value(i)}");

    private static string List(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));
}
