using System.Text.Json;
using Millrace.Providers.Schemas;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Schemas;

/// <summary>Ten thousand wild schemas, each with values, in a process of its own: a stack that overflows or memory that explodes ends that process and not this one.</summary>
[Integration]
public sealed class SchemaFuzzTests
{
    private const int Runs = 10_000;
    private const string Seed = "MILLRACE_TEST_SCHEMA_SEED";

    /// <summary>256 MB, in hex, as the runtime wants it.</summary>
    private const string MostMemory = "10000000";

    [Fact]
    public async Task Ten_thousand_wild_schemas_are_read_and_checked_against_within_bounds()
    {
        var seed = Random.Shared.Next();
        await using var child = await GuardedProcess.StartAsync(
            ["dotnet", typeof(SchemaFuzzTests).Assembly.Location, "-noColor", "-explicit", "only", "-method", "*.Reads_and_checks_in_a_small_process"],
            new Dictionary<string, string?> { [Seed] = $"{seed}", ["DOTNET_GCHeapHardLimit"] = MostMemory, ["DOTNET_DbgEnableMiniDump"] = "0" });

        var code = await child.WaitForExitAsync(TimeSpan.FromMinutes(5));

        Assert.True(code == 0, $"seed {seed}: {child.Output.Tail(60)}");
        Assert.Contains(child.Output.Lines, line => line.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal));
    }

    [Fact(Explicit = true)]
    public void Reads_and_checks_in_a_small_process()
    {
        var given = Environment.GetEnvironmentVariable(Seed);
        Assert.SkipWhen(given is null, "Only the test above runs this, in a process of its own.");
        var (first, taken, checks, surrendered) = (int.Parse(given), 0, 0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var wild = new WildSchemas(unchecked(first + run));
            var text = wild.Schema();
            if (Read(text) is not { } schema) continue;
            taken++;
            for (var i = 0; i < 2; i++)
            {
                var fits = Check(schema, wild.Value(), text);
                checks++;
                if (fits is null) surrendered++;
            }
        }

        Assert.InRange(taken, Runs / 20, Runs); // it does not refuse just everything
        Assert.InRange(surrendered, 0, checks / 10);
    }

    private static Schema? Read(string text)
    {
        try
        {
            return Schema.Read(JsonElement.Parse(text));
        }
        catch (SchemaException)
        {
            return null;
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Reading {text}", fault);
        }
    }

    /// <summary>The verdict, twice the same, or null.</summary>
    private static bool? Check(Schema schema, string value, string text)
    {
        try
        {
            var json = JsonElement.Parse(value);
            var fits = schema.Check(json, Budget()).Fits;
            Assert.Equal(fits, schema.Check(json, Budget()).Fits);
            return fits;
        }
        catch (SchemaWorkException)
        {
            return null;
        }
        catch (InvalidOperationException half) when (half.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            return null; // of a surrogate pair
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Checking {value} against {text}", fault);
        }
    }

    private static StepBudget Budget() => new(100_000, CancellationToken.None);
}
