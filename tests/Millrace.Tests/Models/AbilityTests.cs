using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;
using Millrace.Tests.Providers;

namespace Millrace.Tests.Models;

/// <summary>What models are known to do, and what is refused because of it.</summary>
public sealed class AbilityTests
{
    [Theory]
    [InlineData("OpenAI", "gpt-4o-mini", true, true, true, true, true)]
    [InlineData("OpenAI", "gpt-4", false, false, true, false, false)]
    [InlineData("OpenAI", "gpt-3.5-turbo", false, false, true, true, false)]
    [InlineData("OpenAI", "o3-mini", false, false, true, true, true)]
    [InlineData("OpenAI", "o3", true, true, true, true, true)]
    [InlineData("OpenAI", "unheard-of", null, null, null, null, null)]
    [InlineData("HuggingFace", "meta-llama/Llama-3.2-11B-Vision-Instruct", true, true, null, null, null)]
    [InlineData("HuggingFace", "meta-llama/Llama-3.1-8B-Instruct", false, false, true, null, null)]
    [InlineData("HuggingFace", "Qwen/Qwen2.5-VL-7B-Instruct", true, true, null, null, null)]
    [InlineData("Anthropic", "claude-sonnet-4-5", true, true, true, false, true)]
    [InlineData("Anthropic", "claude-3-5-haiku-20241022", true, true, true, false, false)]
    [InlineData("Anthropic", "claude-of-tomorrow", true, true, true, false, true)]
    [InlineData("Ollama", "llava:13b", true, false, false, true, true)]
    [InlineData("Ollama", "llama3.2-vision", true, false, null, true, true)]
    [InlineData("Ollama", "llama3.2:3b", false, false, true, true, true)]
    [InlineData("Ollama", "my-own", null, false, null, true, true)]
    [InlineData("Simulated", "gpt-4", true, true, true, false, false)]
    public void What_a_model_can_do_follows_from_it_and_from_who_serves_it(
        string kind, string model, bool? vision, bool? urls, bool? tools, bool? mode, bool? schema) => Assert.Equal(
        new ModelAbilities { Vision = vision, ImageUrls = urls, Tools = tools, JsonMode = mode, JsonSchema = schema },
        Table().Find("any", ShippedKind.Named(kind), model).Abilities);

    [Fact]
    public void The_settings_have_the_first_word()
    {
        var table = Table(new() { Name = "gpt-4", Vision = true }, new() { Name = "local/*", Vision = false, Tools = false }, new() { Name = "ollama/mine", Vision = true });

        Assert.Equal((true, true, true), Told(table.Find("openai", ShippedKind.OpenAI, "gpt-4")));
        Assert.Equal((false, false, false), Told(table.Find("local", ShippedKind.OpenAI, "gpt-4o")));
        Assert.Equal((true, false, null), Told(table.Find("ollama", ShippedKind.Ollama, "mine")));
        Assert.Equal((8192, true), (table.Find("openai", ShippedKind.OpenAI, "gpt-4").ContextTokens, table.Find("local", ShippedKind.OpenAI, "unheard-of").Listed));
    }

    [Theory]
    [InlineData("gpt-4", true, false, false, "does not look at pictures")]
    [InlineData("gpt-4", false, false, true, null)]
    [InlineData("o1-mini", false, false, true, "calls no tools")]
    [InlineData("unheard-of", true, true, true, null)]
    [InlineData("gpt-4o", true, true, true, null)]
    [InlineData("gpt-4", false, false, false, null)]
    public void Only_what_is_known_to_be_impossible_is_refused(string model, bool images, bool urls, bool tools, string? named)
    {
        using var provider = new Provider("mine", ShippedKind.OpenAI, new() { Endpoint = new("http://127.0.0.1:1/v1") }, TimeProvider.System);

        var refusal = new AbilityRules(Table()).Refusal(provider, model, new(images, urls, tools));

        if (named is null) Assert.Null(refusal);
        else Assert.Contains(named, Assert.IsType<Failure>(refusal).Message, StringComparison.Ordinal);
        if (refusal is { Reason: var reason }) Assert.Equal(FailureReason.UnsupportedFeature, reason);
    }

    [Fact]
    public void A_prompt_says_what_it_needs()
    {
        ChatMessage[] text = [new(ChatRole.User, "x")];
        ChatMessage[] image = [.. text, new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])];
        ChatMessage[] address = [new(ChatRole.User, [new UriContent("https://example.com/a", "image/*")]), .. text];

        Assert.Equal(new Needs(false, false, true), Needs.Of(text, tools: true));
        Assert.Equal(new Needs(true, false, false), Needs.Of(image, tools: false));
        Assert.Equal(new Needs(true, true, false), Needs.Of(address, tools: false));
    }

    private static (bool?, bool?, bool?) Told(ModelLimits limits) => (limits.Abilities.Vision, limits.Abilities.ImageUrls, limits.Abilities.Tools);

    private static ModelTable Table(params ModelSetting[] settings) => new(Options.Create(new ModelOptions { Models = settings }));
}
