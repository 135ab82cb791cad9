using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>What each option is called on each wire, and that what is not set is not sent.</summary>
[Integration]
public sealed class OptionsTests
{
    private const string Schema = """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""";

    private static readonly GenerationOptions Everything = new()
    {
        Temperature = 0.7,
        TopP = 0.9,
        TopK = 40,
        MaxOutputTokens = 77,
        Stop = ["END", "\n\n"],
        Seed = 42,
        FrequencyPenalty = 0.25,
        PresencePenalty = -0.5,
        JsonSchema = JsonElement.Parse(Schema),
        ReasoningEffort = ReasoningEffort.Low,
        Verbosity = Verbosity.High,
    };

    [Fact]
    public async Task A_compatible_server_gets_every_option() => Assert.Equal(
        Normal("""
            {"temperature":0.7,"top_p":0.9,"top_k":40,"max_tokens":77,"stop":["END","\n\n"],"seed":42,"frequency_penalty":0.25,"presence_penalty":-0.5,
             "reasoning_effort":"low","verbosity":"high","response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":SCHEMA}}}
            """),
        await SentAsync(Wire.OpenAI, Everything, []));

    [Fact]
    public async Task Hugging_Face_gets_all_but_topK() => Assert.Equal(
        Normal("""
            {"temperature":0.7,"top_p":0.9,"max_tokens":77,"stop":["END","\n\n"],"seed":42,"frequency_penalty":0.25,"presence_penalty":-0.5,
             "reasoning_effort":"low","verbosity":"high","response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":SCHEMA}}}
            """),
        await SentAsync(Wire.OpenAI, Everything, ["topK"], kind: ShippedKind.HuggingFace));

    [Fact]
    public async Task OpenAI_itself_gets_max_completion_tokens_an_enforced_schema_and_no_topK()
    {
        var wire = new CapturingHandler();
        var adapter = ShippedKind.OpenAI.CreateAdapter(new() { Endpoint = new("https://api.openai.com/v1") }, new HttpClient(wire), TimeProvider.System);
        var mapped = adapter.Map(Everything, "test-model");

        await Assert.ThrowsAnyAsync<Exception>(() => adapter.Client.GetStreamingResponseAsync(ProviderFixture.Messages, mapped.Chat, TestContext.Current.CancellationToken).ReadAsync());

        Assert.Equal(["topK"], mapped.Ignored);
        Assert.Equal(
            Normal("""
                {"temperature":0.7,"top_p":0.9,"max_completion_tokens":77,"stop":["END","\n\n"],"seed":42,"frequency_penalty":0.25,"presence_penalty":-0.5,
                 "reasoning_effort":"low","verbosity":"high","response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":SCHEMA}}}
                """),
            Options(wire.Body));
    }

    [Fact]
    public async Task Anthropic_gets_what_it_knows_and_the_rest_is_listed() => Assert.Equal(
        Normal("""
            {"temperature":0.7,"top_p":0.9,"top_k":40,"max_tokens":77,"stop_sequences":["END","\n\n"],"thinking":{"type":"adaptive"},
             "output_config":{"effort":"low","format":{"type":"json_schema","schema":SCHEMA}}}
            """),
        await SentAsync(Wire.Anthropic, Everything, ["seed", "frequencyPenalty", "presencePenalty", "verbosity"]));

    [Fact]
    public async Task Anthropics_older_models_get_a_thinking_budget() => Assert.Equal(
        Normal("""{"max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":1024}}"""),
        await SentAsync(Wire.Anthropic, new() { ReasoningEffort = ReasoningEffort.Low }, [], options => options.Thinking = "extended"));

    [Fact]
    public async Task Ollama_gets_every_option() => Assert.Equal(
        Normal("""
            {"options":{"temperature":0.7,"top_p":0.9,"top_k":40,"num_predict":77,"stop":["END","\n\n"],"seed":42,"frequency_penalty":0.25,"presence_penalty":-0.5},
             "format":SCHEMA,"think":"low"}
            """),
        await SentAsync(Wire.Ollama, Everything, ["verbosity"]));

    [Theory]
    [InlineData(Wire.OpenAI, """{"response_format":{"type":"json_object"}}""")]
    [InlineData(Wire.Ollama, """{"options":{},"format":"json"}""")]
    public async Task JSON_without_a_schema_is_asked_for_by_its_own_name(Wire wire, string expected) =>
        Assert.Equal(Normal(expected), await SentAsync(wire, new() { ResponseFormat = ResponseFormat.Json }, []));

    [Theory]
    [InlineData(Wire.OpenAI, "{}")]
    [InlineData(Wire.Anthropic, """{"max_tokens":4096}""")]
    [InlineData(Wire.Ollama, """{"options":{}}""")]
    public async Task Options_that_are_not_set_are_not_sent_not_even_as_null(Wire wire, string expected)
    {
        Assert.Equal(Normal(expected), await SentAsync(wire, null, []));
        Assert.Equal(Normal(expected), await SentAsync(wire, new(), []));
        Assert.Equal(Normal(expected), await SentAsync(wire, new() { ResponseFormat = ResponseFormat.Text }, []));
    }

    [Fact]
    public async Task Anthropics_default_limit_is_a_setting() =>
        Assert.Equal(Normal("""{"max_tokens":99}"""), await SentAsync(Wire.Anthropic, null, [], options => options.MaxOutputTokens = 99));

    [Fact]
    public async Task The_name_of_the_limit_is_a_setting() => Assert.Equal(
        Normal("""{"max_completion_tokens":5}"""),
        await SentAsync(Wire.OpenAI, new() { MaxOutputTokens = 5 }, [], options => options.MaxTokensField = "max_completion_tokens"));

    [Theory]
    [InlineData(null)]
    [InlineData("""{"type":"array","items":{"type":"string"}}""")]
    public async Task A_form_that_Anthropic_has_no_parameter_for_is_told_in_words(string? schema)
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.Anthropic);
        using var provider = server.Provider(Wire.Anthropic);
        var options = new GenerationOptions
        {
            Temperature = 0.5,
            ResponseFormat = ResponseFormat.Json,
            JsonSchema = schema is null ? null : JsonElement.Parse(schema),
        };
        Microsoft.Extensions.AI.ChatMessage[] messages = [new(new("system"), "Be brief."), new(new("user"), "Hello")];

        await provider.Stream(options, "test-model", messages, TestContext.Current.CancellationToken).ReadAsync();

        var body = server.Calls[0].Body;
        var system = body.GetProperty("system").GetRawText();
        Assert.Contains("Be brief.", system, StringComparison.Ordinal);
        Assert.Contains("one JSON value", system, StringComparison.Ordinal);
        Assert.Equal(schema is not null, system.Contains("items", StringComparison.Ordinal));
        Assert.Equal(0.5, body.GetProperty("temperature").GetDouble());
        Assert.False(body.TryGetProperty("output_config", out _));
    }

    [Theory]
    [InlineData(Wire.OpenAI, "gpt-4", """{}""")]
    [InlineData(Wire.OpenAI, "openai/gpt-4-0613", """{}""")]
    [InlineData(Wire.OpenAI, "gpt-3.5-turbo-0125", """{"response_format":{"type":"json_object"}}""")]
    [InlineData(Wire.Anthropic, "claude-3-5-haiku-20241022", """{"max_tokens":4096}""")]
    public async Task A_model_that_is_known_to_hold_to_no_schema_is_told_it_in_words(Wire wire, string model, string expected)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);

        await provider.Stream(new() { JsonSchema = JsonElement.Parse(Schema) }, model, ProviderFixture.Messages, TestContext.Current.CancellationToken).ReadAsync();

        Assert.Equal(Normal(expected), Options(server.Calls[0].RawBody));
        Assert.Contains("one JSON value", server.Calls[0].RawBody, StringComparison.Ordinal);
        Assert.Contains("additionalProperties", server.Calls[0].RawBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_that_Ollamas_adapter_would_cut_is_refused() =>
        AssertRefused(Wire.Ollama, new() { Seed = 1L << 40 }, FailureReason.InvalidRequest, "options.seed is 1099511627776");

    [Fact]
    public async Task The_options_of_one_call_never_reach_another()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        using var provider = server.Provider(Wire.OpenAI);
        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => provider
            .Stream(i % 2 == 0 ? new() { MaxOutputTokens = i, TopK = i } : null, $"model-{i}", ProviderFixture.Messages, TestContext.Current.CancellationToken).ReadAsync()));

        foreach (var call in server.Calls)
        {
            var i = int.Parse(call.Body.GetProperty("model").GetString()!["model-".Length..]);
            Assert.Equal(i % 2 == 0 ? $$"""{"max_tokens":{{i}},"top_k":{{i}}}""" : "{}", Options(call.RawBody));
        }
    }

    internal static async Task<string> SentAsync(Wire wire, GenerationOptions? options, string[] ignored, Action<ProviderOptions>? configure = null, ProviderKind? kind = null)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(kind ?? ShippedKind.Of(wire), configure);
        var stream = provider.Stream(options, "test-model", ProviderFixture.Messages, TestContext.Current.CancellationToken);
        await stream.ReadAsync();

        Assert.Equal(ignored, stream.IgnoredOptions);
        return Options(server.Calls[0].RawBody);
    }

    private static void AssertRefused(Wire wire, GenerationOptions options, FailureReason reason, string named)
    {
        using var provider = ProviderFixture.Provider(new Uri("http://127.0.0.1:1/"), wire);
        var refusal = Assert.Throws<ProviderException>(() => provider.Stream(options, "m", ProviderFixture.Messages, TestContext.Current.CancellationToken));
        Assert.Equal(reason, refusal.Reason);
        Assert.Contains(named, refusal.Message);
    }

    /// <summary>The body without what every call has, its members in order. OllamaSharp adds an empty <c>CustomHeaders</c> that Ollama ignores.</summary>
    private static string Options(string body)
    {
        var node = JsonNode.Parse(body)!.AsObject();
        foreach (var name in new[] { "model", "messages", "system", "stream", "stream_options", "CustomHeaders" }) node.Remove(name);
        return Sorted(node)!.ToJsonString();
    }

    internal static string Normal(string json) => Sorted(JsonNode.Parse(json.Replace("SCHEMA", Schema)))!.ToJsonString();

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private sealed class CapturingHandler : HttpMessageHandler
    {
        public string Body { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new(System.Net.HttpStatusCode.InternalServerError);
        }
    }
}
