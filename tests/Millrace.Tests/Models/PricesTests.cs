using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Worker.Hosting;
using Millrace.Worker.Models;

namespace Millrace.Tests.Models;

public sealed class PricesTests(TestServers servers)
{
    private readonly Prices prices = new(Options.Create(new MillraceOptions
    {
        Models =
        [
            new() { Name = "gpt-*", InputPrice = 2, OutputPrice = 10 },
            new() { Name = "openai/gpt-cached", InputPrice = 2, CachedPrice = 0.5m, OutputPrice = 10 },
            new() { Name = "unpriced", ContextTokens = 1000 },
        ],
    }));

    [Fact]
    public void Each_call_costs_what_its_own_model_costs_and_the_cache_what_the_cache_does()
    {
        Assert.Equal(0.007m, prices.Of([("openai", "gpt-5", Tokens(1000, 500))]));
        Assert.Equal(0.0064m, prices.Of([("openai", "gpt-cached", Tokens(1000, 500, cached: 400))]));
        Assert.Equal(0.0140m, prices.Of([("openai", "gpt-5", Tokens(1000, 500)), ("other", "gpt-4", Tokens(1000, 500))]));
    }

    [Fact]
    public void What_is_not_known_makes_the_whole_unknown()
    {
        Assert.Null(prices.Of([]));
        Assert.Null(prices.Of([("openai", "gpt-5", null)]));
        Assert.Null(prices.Of([("openai", "gpt-5", Tokens(1, 1)), ("openai", "unpriced", Tokens(1, 1))]));
    }

    [Fact]
    public async Task An_answer_says_its_cost_and_the_metrics_count_it()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, 1,
            ("Millrace__Models__0__Name", "scripted/m"), ("Millrace__Models__0__InputPrice", "2"), ("Millrace__Models__0__OutputPrice", "10"));
        fleet.Provider.Respond(call => call.Text("Hi.").Usage(1000, 500).Stop());

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync());

        Assert.Equal("0.007", end.String("cost")); // MassTransit writes decimals as texts
        using var http = new HttpClient();
        Assert.Matches("(?m)^millrace_cost\\S*{[^}]*scripted[^}]*} 0\\.007", await http.GetStringAsync(new Uri(fleet.Workers[0].Url, "/metrics")));
    }

    private static TokenUsage Tokens(long input, long output, long cached = 0) => new() { Input = input, Output = output, Cached = cached };
}
