using Microsoft.Extensions.Options;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;
using Millrace.Tests.Providers;

namespace Millrace.Tests.Models;

public sealed class ModelTableTests
{
    [Theory]
    [InlineData("gpt-4o", 128_000, 16_384)]
    [InlineData("gpt-4o-mini", 128_000, 16_384)]
    [InlineData("gpt-4o-2024-05-13", 128_000, 4096)]
    [InlineData("GPT-4o", 128_000, 16_384)]
    [InlineData("gpt-4", 8192, 8192)]
    [InlineData("gpt-4.1-nano", 1_047_576, 32_768)]
    [InlineData("gpt-5-mini", 400_000, 128_000)]
    [InlineData("openai/gpt-5-mini", 400_000, 128_000)]
    [InlineData("o3-mini", 200_000, 100_000)]
    [InlineData("claude-sonnet-4-20250514", 200_000, 64_000)]
    [InlineData("claude-sonnet-4-6", 1_000_000, 64_000)]
    [InlineData("claude-opus-4-1-20250805", 200_000, 32_000)]
    [InlineData("claude-tomorrow-9", 200_000, null)]
    [InlineData("meta-llama/Llama-3.1-8B-Instruct", 131_072, null)]
    [InlineData("meta-llama/Llama-3.3-70B-Instruct:cerebras", 131_072, null)]
    [InlineData("Qwen/Qwen3-235B-A22B-Instruct-2507", 262_144, null)]
    [InlineData("google/gemma-3-1b-it", 32_768, null)]
    public void A_known_model_is_found_by_its_name_or_the_longest_beginning(string model, int context, int? output)
    {
        var limits = Table().Find("any", ShippedKind.OpenAI, model);

        Assert.Equal((context, output, true), (limits.ContextTokens, limits.MaxOutputTokens, limits.Known));
    }

    [Theory]
    [InlineData("nobody-knows-it")]
    [InlineData("gpt-4-unheard-of")]
    public void An_unknown_model_gets_the_default(string model)
    {
        Assert.Equal((8192, null, false), Told(Table().Find("any", ShippedKind.OpenAI, model)));
        Assert.Equal((5000, null, false), Told(Table(options => options.DefaultContextTokens = 5000).Find("any", ShippedKind.OpenAI, model)));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("default?words=3&first=10ms")]
    [InlineData("gpt-4")]
    public void The_simulated_provider_has_a_long_context_whatever_it_is_asked_for(string model) =>
        Assert.Equal((128_000, null, true), Told(Table().Find("simulated", ShippedKind.Simulated, model)));

    [Theory]
    [InlineData("llama3.1:8b", 4096)]
    [InlineData("my-own:latest", 4096)]
    [InlineData("tinyllama", 2048)]
    public void At_Ollama_the_least_that_its_server_sets_up_holds(string model, int context) =>
        Assert.Equal((context, null, false), Told(Table().Find("ollama", ShippedKind.Ollama, model)));

    [Fact]
    public void What_Ollamas_server_was_started_with_is_one_setting_for_all_its_models()
    {
        var table = Table(new ModelSetting { Name = "ollama/*", ContextTokens = 32_768 });

        Assert.Equal((32_768, null, true), Told(table.Find("ollama", ShippedKind.Ollama, "llama3.1:8b")));
        Assert.Equal((32_768, null, true), Told(table.Find("ollama", ShippedKind.Ollama, "my-own:latest")));
        Assert.Equal(131_072, table.Find("huggingface", ShippedKind.HuggingFace, "llama3.1:8b").ContextTokens);
    }

    [Fact]
    public void The_configuration_has_the_first_word_and_what_it_leaves_open_stays()
    {
        var table = Table(new() { Name = "gpt-4o*", ContextTokens = 64_000 }, new() { Name = "gpt-4", MaxOutputTokens = 1000 }, new() { Name = "mine", ContextTokens = 16_000 });

        Assert.Equal((64_000, 16_384, true), Told(table.Find("openai", ShippedKind.OpenAI, "gpt-4o-mini")));
        Assert.Equal((8192, 1000, true), Told(table.Find("openai", ShippedKind.OpenAI, "gpt-4")));
        Assert.Equal((16_000, null, true), Told(table.Find("local", ShippedKind.OpenAI, "MINE")));
        Assert.Equal(400_000, table.Find("openai", ShippedKind.OpenAI, "gpt-5").ContextTokens);
    }

    [Fact]
    public void Of_several_settings_an_exact_one_counts_first_then_the_longest()
    {
        var table = Table(
            new() { Name = "*", ContextTokens = 1 }, new() { Name = "local/*", ContextTokens = 2 },
            new() { Name = "local/llama*", ContextTokens = 3 }, new() { Name = "llama", ContextTokens = 4 });

        Assert.Equal(1, table.Find("other", ShippedKind.OpenAI, "gpt-4o").ContextTokens);
        Assert.Equal(2, table.Find("local", ShippedKind.OpenAI, "gpt-4o").ContextTokens);
        Assert.Equal(3, table.Find("local", ShippedKind.OpenAI, "llama-7").ContextTokens);
        Assert.Equal(4, table.Find("local", ShippedKind.OpenAI, "llama").ContextTokens);
    }

    [Fact]
    public void A_context_of_ones_own_drops_the_known_figures_that_no_longer_fit()
    {
        var limits = Table(new ModelSetting { Name = "gpt-5", ContextTokens = 2000 }).Find("openai", ShippedKind.OpenAI, "gpt-5");

        Assert.Equal((2000, null, true), Told(limits));
        Assert.Null(limits.MaxInputTokens);
    }

    private static (int, int?, bool) Told(ModelLimits limits) => (limits.ContextTokens, limits.MaxOutputTokens, limits.Known);

    private static ModelTable Table(params ModelSetting[] settings) => Table(options => options.Models = settings);

    private static ModelTable Table(Action<ModelOptions> configure)
    {
        var options = new ModelOptions();
        configure(options);
        return new(Options.Create(options));
    }
}
