using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Millrace.Persistence.Access;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>What a key may use, over all gateways.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class LimitTests(GatewayFleet given)
{
    [Fact]
    public async Task Of_twenty_calls_at_once_over_two_gateways_a_limit_of_five_lets_five_through()
    {
        given.Fleet.Provider.Respond(call => call.Text("Hello.").Stop());
        var (one, other) = await ClientsAsync(key => key with { RequestsPerMinute = 5 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? one : other).PostAsJsonAsync("/api/generations", new { prompt = $"{n}" })));

        Assert.Equal((5, 15), (answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted), answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)));
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("rate_limit_exceeded", problem.Text("code"));
        Assert.StartsWith("The API key's limit of 5 requests a minute is reached. Try again in ", problem.Text("detail"), StringComparison.Ordinal);
        var left = answers.Where(answer => answer.IsSuccessStatusCode).Select(answer => Header(answer, "x-ratelimit-remaining-requests")).Order();
        Assert.Equal(["0", "1", "2", "3", "4"], left);
        Assert.All(answers.Where(answer => answer.IsSuccessStatusCode), answer =>
            Assert.Equal(("5", "1m0s"), (Header(answer, "x-ratelimit-limit-requests"), Header(answer, "x-ratelimit-reset-requests"))));
    }

    [Fact]
    public async Task The_same_generation_again_is_no_second_request()
    {
        given.Fleet.Provider.Respond(call => call.Text("Hello.").Stop());
        var (one, other) = await ClientsAsync(key => key with { RequestsPerMinute = 1 });
        var body = new { prompt = "Once.", generationId = Guid.CreateVersion7() };

        await one.PostAsync("/api/generations", body, HttpStatusCode.Accepted);
        await other.PostAsync("/api/generations", body, HttpStatusCode.Accepted);

        await other.PostAsync("/api/generations", new { prompt = "Another." }, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Tokens_of_generations_that_have_ended_count_for_a_minute()
    {
        given.Fleet.Provider.Respond(call => call.Text("Hello.").Usage(30, 21).Stop());
        var (one, other) = await ClientsAsync(key => key with { TokensPerMinute = 50 });

        await one.PostAsync("/generate", new { prompt = "One." });
        using var refused = await other.SendAsync(Post("/generate", new { prompt = "Two." }));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(("50", "0"), (Header(refused, "x-ratelimit-limit-tokens"), Header(refused, "x-ratelimit-remaining-tokens")));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("50 tokens a minute is reached: its generations of the last minute had 51.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generation_holds_its_place_until_it_ends_also_when_its_gateway_is_killed()
    {
        var rest = new TaskCompletionSource();
        given.Fleet.Provider.Respond(call => call.Text("Slow").HoldUntil(rest.Task).Stop());
        var key = await TestKeys.CreateAsync(given.Fleet.Postgres, made => made with { MaxConcurrent = 1 });
        using var http = ClientOf(given.Other.BaseAddress!, key);
        var doomed = await given.Fleet.AddProcessAsync(role: "gateway");
        using var lost = ClientOf(doomed.Url, key);
        var id = Guid.Parse((await lost.PostAsync("/api/generations", new { prompt = "One." }, HttpStatusCode.Accepted)).Text("generationId"));
        await doomed.KillAsync();

        var refused = await http.PostAsync("/api/generations", new { prompt = "Two." }, HttpStatusCode.TooManyRequests);
        Assert.Contains("1 generations at a time", refused.Text("detail"), StringComparison.Ordinal);

        rest.SetResult();
        await given.Fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "completed", id);
        await http.PostAsync("/api/generations", new { prompt = "Three." }, HttpStatusCode.Accepted);
    }

    private async Task<(HttpClient One, HttpClient Other)> ClientsAsync(Func<NewApiKey, NewApiKey> change)
    {
        var key = await TestKeys.CreateAsync(given.Fleet.Postgres, change);
        return (ClientOf(given.Http.BaseAddress!, key), ClientOf(given.Other.BaseAddress!, key));
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
