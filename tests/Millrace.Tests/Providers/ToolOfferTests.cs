using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Options;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Providers.ToolFixture;

namespace Millrace.Tests.Providers;

/// <summary>How tools and the choice among them go out on each wire.</summary>
[Integration]
public sealed class ToolOfferTests
{
    [Theory]
    [InlineData(Wire.OpenAI, """[{"type":"function","function":{"name":"find","description":"Finds \"it\". 🌾","parameters":SCHEMA}},{"type":"function","function":{"name":"now","parameters":{"type":"object","properties":{}}}}]""")]
    [InlineData(Wire.Ollama, """[{"type":"function","function":{"name":"find","description":"Finds \"it\". 🌾","parameters":SCHEMA}},{"type":"function","function":{"name":"now","description":"","parameters":{"type":"object","properties":{}}}}]""")]
    [InlineData(Wire.Anthropic, """[{"name":"find","description":"Finds \"it\". 🌾","input_schema":SCHEMA},{"name":"now","description":"","input_schema":{"type":"object","properties":{}}}]""")]
    public async Task Tools_go_out_in_each_wires_form_with_their_schemas_as_they_are(Wire wire, string expected)
    {
        var body = await SentAsync(wire, null, [], options: new() { Temperature = 0.5, MaxOutputTokens = 50 });

        var wanted = JsonNode.Parse(expected.Replace("SCHEMA", Schema, StringComparison.Ordinal));
        Assert.True(JsonNode.DeepEquals(wanted, JsonNode.Parse(body.GetProperty("tools").GetRawText())), body.GetProperty("tools").GetRawText());
        Assert.False(body.TryGetProperty("tool_choice", out _));
        Assert.Equal(0.5, (wire is Wire.Ollama ? body.GetProperty("options") : body).GetProperty("temperature").GetDouble());
    }

    [Fact]
    public async Task A_schema_for_the_answer_makes_no_tool_strict_where_it_is_enforced()
    {
        var handler = new CapturingHandler();
        var adapter = ShippedKind.OpenAI.CreateAdapter(new() { Endpoint = new("https://api.openai.com/v1") }, new HttpClient(handler), TimeProvider.System);
        var mapped = adapter.Offer(adapter.Map(new() { JsonSchema = JsonElement.Parse("""{"type":"object","properties":{}}""") }, "m"), new([Find], "auto", "auto"));

        await Assert.ThrowsAnyAsync<Exception>(() => adapter.Client.GetStreamingResponseAsync(ProviderFixture.Messages, mapped.Chat, TestContext.Current.CancellationToken).ReadAsync());

        Assert.False(handler.Body.GetProperty("tools")[0].GetProperty("function").TryGetProperty("strict", out _));
        Assert.True(handler.Body.GetProperty("response_format").GetProperty("json_schema").GetProperty("strict").GetBoolean());
    }

    [Theory]
    [InlineData(Wire.OpenAI, "none", "\"none\"")]
    [InlineData(Wire.OpenAI, "required", "\"required\"")]
    [InlineData(Wire.OpenAI, "now", """{"type":"function","function":{"name":"now"}}""")]
    [InlineData(Wire.Anthropic, "none", """{"type":"none"}""")]
    [InlineData(Wire.Anthropic, "required", """{"type":"any"}""")]
    [InlineData(Wire.Anthropic, "now", """{"type":"tool","name":"now"}""")]
    public async Task A_choice_is_told_in_each_wires_words_and_insists_only_in_the_first_step(Wire wire, string choice, string expected)
    {
        var first = await SentAsync(wire, choice, []);
        var second = await SentAsync(wire, choice, [], mayInsist: false);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(first.GetProperty("tool_choice").GetRawText())), first.GetRawText());
        Assert.Equal(choice == "none", second.TryGetProperty("tool_choice", out _));
        Assert.Equal(2, second.GetProperty("tools").GetArrayLength());
    }

    [Theory]
    [InlineData("none", 0, new string[0])]
    [InlineData("auto", 2, new string[0])]
    [InlineData("required", 2, new[] { "toolChoice" })]
    [InlineData("now", 2, new[] { "toolChoice" })]
    public async Task Ollama_has_no_choice_but_to_be_shown_no_tools(string choice, int shown, string[] ignored)
    {
        var body = await SentAsync(Wire.Ollama, choice, ignored);

        Assert.Equal(shown, body.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array ? tools.GetArrayLength() : 0);
        Assert.False(body.TryGetProperty("tool_choice", out _));
    }

    [Theory]
    [InlineData("adaptive", "required", true)]
    [InlineData("extended", "now", true)]
    [InlineData("extended", "none", false)]
    public async Task Anthropic_makes_no_model_that_thinks_call_a_tool_so_the_choice_is_ignored_and_listed(string thinking, string choice, bool ignored)
    {
        var options = new GenerationOptions { ReasoningEffort = ReasoningEffort.Low };
        var body = await SentAsync(Wire.Anthropic, choice, ignored ? ["toolChoice"] : [], options: options, configure: set => set.Thinking = thinking);

        Assert.Equal(!ignored, body.TryGetProperty("tool_choice", out _));
        Assert.True(body.TryGetProperty("thinking", out _));
    }

    [Theory]
    [InlineData(Wire.OpenAI, false, null, "parallel_tool_calls", "false", new string[0])]
    [InlineData(Wire.OpenAI, true, null, "parallel_tool_calls", "true", new string[0])]
    [InlineData(Wire.OpenAI, null, null, "parallel_tool_calls", null, new string[0])]
    [InlineData(Wire.Anthropic, false, null, "tool_choice", """{"type":"auto","disable_parallel_tool_use":true}""", new string[0])]
    [InlineData(Wire.Anthropic, false, "required", "tool_choice", """{"type":"any","disable_parallel_tool_use":true}""", new string[0])]
    [InlineData(Wire.Anthropic, false, "now", "tool_choice", """{"type":"tool","name":"now","disable_parallel_tool_use":true}""", new string[0])]
    [InlineData(Wire.Anthropic, false, "none", "tool_choice", """{"type":"none"}""", new string[0])]
    [InlineData(Wire.Anthropic, true, null, "tool_choice", null, new string[0])]
    [InlineData(Wire.Ollama, false, null, "tool_choice", null, new[] { "parallelToolCalls" })]
    public async Task Whether_calls_may_come_together_is_told_in_each_wires_words(Wire wire, bool? parallel, string? choice, string member, string? expected, string[] ignored)
    {
        var body = await SentAsync(wire, choice, ignored, options: new() { ParallelToolCalls = parallel });

        Assert.Equal(expected is not null, body.TryGetProperty(member, out var sent));
        if (expected is not null) Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(sent.GetRawText())), sent.GetRawText());
    }

    [Theory]
    [InlineData(Wire.OpenAI, true, "true")]
    [InlineData(Wire.OpenAI, false, "false")]
    [InlineData(Wire.Anthropic, true, "true")]
    [InlineData(Wire.Anthropic, false, null)]
    [InlineData(Wire.Ollama, true, null)]
    public async Task A_tool_is_strict_where_its_caller_says_so_and_the_wire_has_it(Wire wire, bool strict, string? expected)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);
        await provider.Ask(null, tools: [Own(strict), Now]).ReadAsync();

        var sent = server.Calls[0].Body.GetProperty("tools").EnumerateArray().Select(one => wire is Wire.Anthropic ? one : one.GetProperty("function"))
            .Select(one => one.TryGetProperty("strict", out var told) ? told.GetRawText() : null);

        Assert.Equal([expected, null], sent);
    }

    [Theory, EachWire]
    public void A_tool_that_is_not_among_the_requests_cannot_be_insisted_on(Wire wire)
    {
        using var provider = ProviderFixture.Provider(new Uri("http://127.0.0.1:1/"), wire);
        var refusal = Assert.Throws<ProviderException>(() => provider.Ask("late", tools: [Find, Now]));

        Assert.Equal(FailureReason.InvalidRequest, refusal.Reason);
        Assert.Contains("'late'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("find, now", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> SentAsync(
        Wire wire, string? choice, string[] ignored, bool mayInsist = true, GenerationOptions? options = null, Action<ProviderOptions>? configure = null)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire, configure);
        var stream = provider.Ask(choice, mayInsist, options: options, tools: [Find, Now]);
        await stream.ReadAsync();
        Assert.Equal(ignored, stream.IgnoredOptions);
        return server.Calls[0].Body;
    }

    private sealed class CapturingHandler : HttpMessageHandler
    {
        public JsonElement Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = JsonElement.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new(System.Net.HttpStatusCode.InternalServerError);
        }
    }
}
