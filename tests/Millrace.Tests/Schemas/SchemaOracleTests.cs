using System.Text.Json;
using Json.Schema;
using Millrace.Providers.Schemas;

namespace Millrace.Tests.Schemas;

/// <summary>A library that many use, and whose every answer can be waited for since the gate has seen the schema, says the same of random schemas and values.</summary>
public sealed class SchemaOracleTests
{
    private const int Runs = 2_000;
    private const int ValuesOfEach = 6;

    [Fact]
    public void Of_random_schemas_and_values_the_verdict_is_the_same()
    {
        var (fitting, compared, refused) = (0, 0, 0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new RandomSchemas(seed);
            var json = JsonElement.Parse(random.Schema().ToJsonString());
            if (Read(json) is not { } schema)
            {
                refused++;
                continue;
            }
            var oracle = JsonSchema.Build(json, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
            for (var i = 0; i < ValuesOfEach; i++)
            {
                var value = JsonElement.Parse(random.Value()?.ToJsonString() ?? "null");
                var fits = schema.Check(value, new StepBudget(SchemaLimits.Steps, CancellationToken.None)).Fits;
                Assert.True(oracle.Evaluate(value).IsValid == fits, $"seed {seed}: {value} {(fits ? "fits" : "breaks")} {json}");
                compared++;
                if (fits) fitting++;
            }
        }

        Assert.InRange(refused, 1, Runs / 4); // definitions that lead back to themselves
        Assert.InRange(fitting, compared / 4, 3 * compared / 4);
    }

    private static Schema? Read(JsonElement json)
    {
        try
        {
            return Schema.Read(json);
        }
        catch (SchemaException)
        {
            return null;
        }
    }
}
