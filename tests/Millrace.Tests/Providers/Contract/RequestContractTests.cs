using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Models;
using Millrace.Tests.Servers;
using JsonElement = System.Text.Json.JsonElement;

namespace Millrace.Tests.Providers.Contract;

/// <summary>What a provider gets to see: the model, the key, the headers, and what the kind says that its models can take.</summary>
[Integration]
public sealed class RequestContractTests
{
    private static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","properties":{"canary":{"type":"string"}},"required":["canary"],"additionalProperties":false}""");

    [Theory, EachKind(WithServer = true)]
    public async Task The_model_is_named_and_the_providers_id_of_the_call_is_kept(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(call => call.Header("x-request-id", "req-77").Text("Hel", "lo").Usage(3, 2).Stop());
        using var provider = kind.Provider();
        var stream = kind.Ask(provider);

        var updates = await stream.ReadAsync();

        Assert.Equal("Hello", updates.Text());
        Assert.Equal((3, 2), (updates.Usage()!.InputTokenCount, updates.Usage()!.OutputTokenCount));
        Assert.Equal("req-77", stream.RequestId);
        Assert.Equal("test-model", kind.Server.Calls[0].Body.GetProperty("model").GetString());
    }

    [Theory, EachKind(WithServer = true)]
    public async Task Reasoning_and_tool_calls_arrive_beside_the_text(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(call => call.Reasoning("hm", "m").Text("Let me see.").ToolCall("find", """{"city":"Oslo"}""").Finish("tool_calls"));
        using var provider = kind.Provider();

        var contents = (await kind.Ask(provider).ReadAsync()).SelectMany(update => update.Contents).ToList();

        Assert.Equal("hmm", string.Concat(contents.OfType<TextReasoningContent>().Select(reasoning => reasoning.Text)));
        Assert.Equal("Let me see.", string.Concat(contents.OfType<TextContent>().Select(text => text.Text)));
        var call = Assert.Single(contents.OfType<FunctionCallContent>());
        Assert.Equal(("find", "Oslo"), (call.Name, call.Arguments!["city"]!.ToString()));
        Assert.NotEmpty(call.CallId);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task The_key_goes_where_the_kind_says_and_nowhere_else(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        using var provider = kind.Provider();
        await kind.Ask(provider).ReadAsync();

        var headers = kind.Server.Calls[0].Headers;
        Assert.Equal(kind.Kind.Headers.KeyPrefix + ProviderFixture.Key, headers[kind.Kind.Headers.Key]);
        Assert.Single(headers.Values, value => value.Contains(ProviderFixture.Key));
    }

    [Theory, EachKind(WithServer = true)]
    public async Task Without_a_key_none_is_sent(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        using var provider = kind.Provider(options => options.ApiKey = null);
        await kind.Ask(provider).ReadAsync();

        var sent = kind.Server.Calls[0].Headers.Keys.ToList();
        Assert.DoesNotContain("Authorization", sent);
        Assert.DoesNotContain("x-api-key", sent);
        Assert.DoesNotContain(kind.Kind.Headers.Key, sent, StringComparer.OrdinalIgnoreCase);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task A_header_can_bring_the_key_and_no_error_repeats_it(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(call => call.Refuse(400, code: "own-secret-value", message: "own-secret-value"));
        using var provider = kind.Provider(options =>
        {
            options.ApiKey = null;
            options.Headers[kind.Kind.Headers.Key] = "own-secret-value";
        });

        var failure = await Assert.ThrowsAsync<ProviderException>(() => kind.Ask(provider).ReadAsync());

        Assert.Equal("own-secret-value", Assert.Single(kind.Server.Calls).Headers[kind.Kind.Headers.Key]);
        Assert.DoesNotContain("own-secret", failure.Message + failure.Code + failure.ProviderMessage);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task Headers_of_the_settings_go_with_each_call_and_nothing_tells_of_an_SDKs_deadlines(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        using var provider = kind.Provider(options =>
        {
            options.Headers["HTTP-Referer"] = "https://app.example";
            options.Headers["X-Title"] = "App";
            options.Headers["user-agent"] = "app/1.0";
        });

        await kind.Ask(provider).ReadAsync();

        var sent = Assert.Single(kind.Server.Calls).Headers;
        Assert.Equal(("https://app.example", "App", "app/1.0"), (sent["HTTP-Referer"], sent["X-Title"], sent["User-Agent"]));
        Assert.Contains(ProviderFixture.Key, sent[kind.Kind.Headers.Key]);
        Assert.DoesNotContain(sent.Keys, header => header.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory, EachKind(WithServer = true)]
    public async Task The_question_whether_it_is_there_has_a_path_and_a_key(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        using var provider = kind.Provider();

        var probe = await provider.ProbeAsync(TestContext.Current.CancellationToken);

        Assert.True(probe.Ok, probe.Problem);
        Assert.Empty(kind.Server.Calls);
        var asked = kind.Server.LastProbe!;
        Assert.Equal(new Uri(provider.Options.Endpoint!.AbsoluteUri.TrimEnd('/') + "/" + kind.Kind.ProbePath).AbsolutePath, asked.Path);
        Assert.Equal(kind.Kind.Headers.KeyPrefix + ProviderFixture.Key, asked.Headers[kind.Kind.Headers.Key]);
        Assert.All(kind.Kind.Headers.Probe, header => Assert.Equal(header.Value, asked.Headers[header.Key]));
    }

    [Theory, EachKind(WithServer = true)]
    public async Task What_answers_the_question_with_a_refusal_is_told(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.ProbeStatus = 401;
        using var provider = kind.Provider();

        Assert.Contains("answered 401", (await provider.ProbeAsync(TestContext.Current.CancellationToken)).Problem);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task Tools_are_offered_with_their_descriptions(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        using var provider = kind.Provider();

        await kind.AskWithTools(provider, AIFunctionFactory.CreateDeclaration("canary_tool", "Sings.", Schema)).ReadAsync();

        Assert.Contains("canary_tool", kind.Server.Calls[0].RawBody, StringComparison.Ordinal);
        Assert.Contains("Sings.", kind.Server.Calls[0].RawBody, StringComparison.Ordinal);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task A_picture_is_sent_as_bytes(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        using var provider = kind.Provider();
        var picture = new DataContent(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, "image/png");

        await provider.Stream(null, kind.Model, [new(ChatRole.User, [new TextContent("What is it?"), picture])], TestContext.Current.CancellationToken).ReadAsync();

        Assert.Contains("AQIDBAUGBwgJ", kind.Server.Calls[0].RawBody, StringComparison.Ordinal);
    }

    /// <summary>By a parameter of the wire, or in words; never not at all.</summary>
    [Theory, EachKind(WithServer = true)]
    public async Task A_schema_for_the_answer_reaches_the_model(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        using var provider = kind.Provider();

        await provider.Stream(new() { JsonSchema = Schema }, kind.Model, ProviderFixture.Messages, TestContext.Current.CancellationToken).ReadAsync();

        Assert.Contains("canary", kind.Server.Calls[0].RawBody.Replace(ProviderFixture.Prompt, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>What a kind says that it cannot do is refused or done otherwise before a provider is asked; what it says it can do is passed on.</summary>
    [Theory, EachKind]
    public async Task What_the_kind_claims_of_JSON_is_what_its_adapter_does(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        using var provider = kind.Provider();
        var claims = kind.Kind.Serve(new ModelAbilities { JsonMode = true, JsonSchema = true });

        Assert.Equal(claims.JsonMode, MapsToForm(provider.Adapter, kind.Model, new() { ResponseFormat = ResponseFormat.Json }));
        Assert.Equal(claims.JsonSchema, MapsToForm(provider.Adapter, kind.Model, new() { JsonSchema = Schema }));
    }

    private static bool MapsToForm(IProviderAdapter adapter, string model, GenerationOptions options)
    {
        try
        {
            return adapter.Map(options, model).Chat.ResponseFormat is not null;
        }
        catch (ProviderException refusal) when (refusal.Reason is FailureReason.UnsupportedFeature)
        {
            return false;
        }
    }
}
