using Millrace.Contracts;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>How much a model thinks first, on each wire.</summary>
[Integration]
public sealed class EffortTests
{
    [Theory]
    [InlineData(Wire.OpenAI, ReasoningEffort.None, """{"reasoning_effort":"none"}""")]
    [InlineData(Wire.OpenAI, ReasoningEffort.Minimal, """{"reasoning_effort":"minimal"}""")]
    [InlineData(Wire.OpenAI, ReasoningEffort.XHigh, """{"reasoning_effort":"xhigh"}""")]
    [InlineData(Wire.OpenAI, ReasoningEffort.Max, """{"reasoning_effort":"max"}""")]
    [InlineData(Wire.Ollama, ReasoningEffort.Minimal, """{"options":{},"think":"low"}""")]
    [InlineData(Wire.Ollama, ReasoningEffort.Max, """{"options":{},"think":"high"}""")]
    [InlineData(Wire.Anthropic, ReasoningEffort.XHigh, """{"max_tokens":20480,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}""")]
    public async Task A_step_that_a_wire_has_not_becomes_its_neighbour(Wire wire, ReasoningEffort effort, string expected) =>
        Assert.Equal(OptionsTests.Normal(expected), await OptionsTests.SentAsync(wire, new() { ReasoningEffort = effort }, []));
}
