using System.Text.Json;
using Millrace.Contracts;
using Millrace.Providers.Options;

namespace Millrace.Tests.Intake;

public sealed class OptionRulesTests
{
    private static readonly Dictionary<string, GenerationOptions> Broken = new()
    {
        ["Options.Temperature is -0.1; it must be between 0 and 2."] = new() { Temperature = -0.1 },
        ["Options.Temperature is 2.01; it must be between 0 and 2."] = new() { Temperature = 2.01 },
        ["Options.Temperature is NaN; it must be between 0 and 2."] = new() { Temperature = double.NaN },
        ["Options.TopP is 0; it must be above 0 and at most 1."] = new() { TopP = 0 },
        ["Options.TopP is 1.01; it must be above 0 and at most 1."] = new() { TopP = 1.01 },
        ["Options.TopK is 0; it must be at least 1."] = new() { TopK = 0 },
        ["Options.MaxOutputTokens is -1; it must be at least 1."] = new() { MaxOutputTokens = -1 },
        ["Options.FrequencyPenalty is -2.5; it must be between -2 and 2."] = new() { FrequencyPenalty = -2.5 },
        ["Options.PresencePenalty is 3; it must be between -2 and 2."] = new() { PresencePenalty = 3 },
        ["Options.Stop has 17 entries; at most 16 are allowed."] = new() { Stop = [.. Enumerable.Repeat("s", 17)] },
        ["Options.Stop has an empty entry; each must hold some text."] = new() { Stop = ["s", ""] },
        ["Options.JsonSchema is a JSON Array; it must be an object."] = new() { JsonSchema = JsonElement.Parse("[]") },
        ["Options.ResponseFormat is Text beside a JsonSchema; leave it out or make it Json."] =
            new() { JsonSchema = JsonElement.Parse("{}"), ResponseFormat = ResponseFormat.Text },
    };

    public static TheoryData<string> Messages => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void An_option_out_of_its_range_is_named_with_its_value_and_the_range(string message) =>
        Assert.Equal([message], OptionRules.Problems(Broken[message]));

    [Fact]
    public void Every_broken_option_is_named() => Assert.Equal(
        ["Options.Temperature is 5; it must be between 0 and 2.", "Options.TopK is 0; it must be at least 1."],
        OptionRules.Problems(new() { Temperature = 5, TopK = 0 }));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 0.0001)]
    public void The_limits_themselves_are_allowed(double temperature, double topP) => Assert.Empty(OptionRules.Problems(new()
    {
        Temperature = temperature,
        TopP = topP,
        TopK = 1,
        MaxOutputTokens = 1,
        FrequencyPenalty = -2,
        PresencePenalty = 2,
        Stop = [.. Enumerable.Repeat("\n", 16)],
        JsonSchema = JsonElement.Parse("{}"),
        ResponseFormat = ResponseFormat.Json,
    }));

    [Fact]
    public void Absent_options_break_nothing() => Assert.Empty(OptionRules.Problems(new()));
}
