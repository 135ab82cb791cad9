using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Providers.Kinds;
using Millrace.Providers.Models;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;
using Millrace.Tests.Providers;

namespace Millrace.Tests.Models;

public sealed class PricesTests
{
    private static readonly Prices Configured = new(Options.Create(new ModelOptions
    {
        Models =
        [
            new() { Name = "gpt-*", InputPrice = 2, OutputPrice = 10 },
            new() { Name = "openai/gpt-cached", InputPrice = 2, CachedPrice = 0.5m, OutputPrice = 10 },
            new() { Name = "unpriced", ContextTokens = 1000 },
            new() { Name = "simulated/dear*", InputPrice = 1, OutputPrice = 1 },
        ],
    }));

    private static readonly Prices Shipped = new(Options.Create(new ModelOptions()));

    [Fact]
    public void A_call_costs_what_its_model_costs_and_the_cache_what_the_cache_does()
    {
        Assert.Equal(0.007m, Configured.Find(Official(ShippedKind.OpenAI), "gpt-5")!.Of(Tokens(1000, 500)));
        Assert.Equal(0.0064m, Configured.Find(Official(ShippedKind.OpenAI), "gpt-cached")!.Of(Tokens(1000, 500, cached: 400)));
        Assert.Equal(0.007m, Configured.Find(Elsewhere("http://gpu-1:8000/v1"), "gpt-4")!.Of(Tokens(1000, 500)));
        Assert.Null(Configured.Find(Elsewhere("http://gpu-1:8000/v1"), "unpriced"));
        Assert.Null(Price.Free.Of(new TokenUsage { Output = 3 }));
        Assert.Null(Price.Free.Of(null));
    }

    [Fact]
    public void The_table_holds_at_the_makers_own_endpoint_and_nowhere_else()
    {
        Assert.Equal(new Price(2.5m, 1.25m, 10), Shipped.Find(Official(ShippedKind.OpenAI), "gpt-4o"));
        Assert.Equal(new Price(3, 0.3m, 15), Shipped.Find(Official(ShippedKind.Anthropic), "claude-sonnet-4-5-20250929"));
        Assert.Null(Shipped.Find(Elsewhere("http://gpu-1:8000/v1"), "gpt-4o"));
        Assert.Null(Shipped.Find(Elsewhere("https://api.openai.com.example.org/v1"), "gpt-4o"));
        Assert.Null(Shipped.Find(Official(ShippedKind.HuggingFace), "gpt-4o"));
        Assert.Null(Shipped.Find(Official(ShippedKind.Ollama), "gpt-4o"));
        Assert.Null(Shipped.Find(Official(ShippedKind.Anthropic), "gpt-4o"));
    }

    [Theory]
    [InlineData("gpt-4o-2024-08-06", true)]
    [InlineData("GPT-4o-mini", true)]
    [InlineData("gpt-4o-2024-05-13", false)]
    [InlineData("gpt-4o-realtime-preview", false)]
    [InlineData("gpt-4o-audio-preview-2024-12-17", false)]
    [InlineData("gpt-99", false)]
    public void A_name_stands_for_its_dated_snapshots_and_for_no_other_model(string model, bool isKnown) =>
        Assert.Equal(isKnown, Shipped.Find(Official(ShippedKind.OpenAI), model) is not null);

    [Fact]
    public void A_long_prompt_makes_the_whole_call_dearer()
    {
        var price = Shipped.Find(Official(ShippedKind.OpenAI), "gpt-5.5")!;

        Assert.Equal(272_000 * 5m / 1_000_000 + 0.03m, price.Of(Tokens(272_000, 1000)));
        Assert.Equal(272_001 * 10m / 1_000_000 + 0.045m, price.Of(Tokens(272_001, 1000)));
        Assert.Equal(price.Of(Tokens(272_001, 1000)), price.Of(272_001, 1000));
    }

    [Fact]
    public void The_simulated_provider_costs_nothing_unless_the_settings_say_otherwise()
    {
        Assert.Equal(0, Shipped.Find(Official(ShippedKind.Simulated), "default?words=9")!.Of(Tokens(1000, 500)));
        Assert.Equal(0.0015m, Configured.Find(Official(ShippedKind.Simulated), "dear?words=9")!.Of(Tokens(1000, 500)));
    }

    [Fact]
    public void Every_line_of_the_table_is_possible_and_says_where_and_when_it_was_read()
    {
        Assert.NotEmpty(KnownPrices.Groups);
        Assert.All(KnownPrices.Groups, group =>
        {
            Assert.Contains(group.Kind, new[] { "openai", "anthropic" });
            Assert.Equal("https", group.Source.Scheme);
            Assert.InRange(group.Checked, new DateOnly(2026, 8, 1), new DateOnly(2026, 11, 27));
            Assert.All(group.Models, model => Assert.Equal(model.Name.ToLowerInvariant(), model.Name));
            Assert.All(group.Models.Where(model => model.Price is not null), model =>
            {
                var price = model.Price!;
                Assert.True(0 < price.Cached && price.Cached <= price.Input && price.Input < price.Output, model.Name);
                if (price.Long is { Price: var more }) Assert.True(more.Input > price.Input && more.Cached > price.Cached && more.Output > price.Output, model.Name);
            });
        });
        var names = KnownPrices.Groups.SelectMany(group => group.Models).Select(model => model.Name).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    private static Provider Official(ProviderKind kind) =>
        new(kind.Id, kind, new ProviderOptions { Endpoint = kind.OfficialEndpoint }, TimeProvider.System);

    private static Provider Elsewhere(string endpoint) => new("openai", ShippedKind.OpenAI, new ProviderOptions { Endpoint = new(endpoint) }, TimeProvider.System);

    private static TokenUsage Tokens(long input, long output, long cached = 0) => new() { Input = input, Output = output, Cached = cached };
}
