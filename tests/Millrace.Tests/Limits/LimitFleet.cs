using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Contracts;
using Millrace.Engine.Limits;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

/// <summary>
/// Four workers that share limits: 1,200 requests a minute for the model <c>paced</c>, 1,000 tokens a minute for <c>tokens</c>, and one request a minute for <c>late</c>. The provider
/// <c>account</c> is the same server under a name of its own.
/// </summary>
public sealed class LimitFleet(TestServers servers) : IAsyncLifetime
{
    public const int Limit = 1200;

    private readonly ConcurrentQueue<string> arrivals = new();
    private readonly ConcurrentDictionary<string, Action<ScriptedCall, string>> answers = new();
    private readonly List<(LocalWorker Worker, MovableClock Clock)> workers = [];

    internal FleetFixture Fleet { get; private set; } = null!;

    /// <summary>The prompts that have arrived at the provider and begin so, in order.</summary>
    internal IReadOnlyList<string> Arrivals(string prompt) => [.. arrivals.Where(arrival => arrival.StartsWith(prompt, StringComparison.Ordinal))];

    public async ValueTask InitializeAsync()
    {
        Fleet = await FleetFixture.StartAsync(servers, 0);
        Rule(0, ("Provider", "scripted"), ("Model", "paced"), ("RequestsPerMinute", $"{Limit}"));
        Rule(1, ("Provider", "scripted"), ("Model", "tokens"), ("TokensPerMinute", "1000"));
        Rule(2, ("Provider", "scripted"), ("Model", "late"), ("RequestsPerMinute", "1"));
        Fleet.Set("Millrace__Providers__account__Endpoint", Fleet.Provider.Endpoint.ToString());
        Fleet.Set("Millrace__Providers__account__DefaultModel", "m");
        Fleet.Set("Millrace__Providers__account__ApiKey", "sk-account");
        Fleet.Provider.Respond(call =>
        {
            var prompt = call.Body.GetProperty("messages")[0].GetProperty("content").GetString()!;
            arrivals.Enqueue(prompt);
            answers.Single(answer => prompt.StartsWith(answer.Key, StringComparison.Ordinal)).Value(call, prompt);
        });
        for (var n = 0; n < 4; n++)
        {
            var clock = new MovableClock();
            workers.Add((await Fleet.AddWorkerAsync(time: clock), clock));
        }
    }

    /// <summary>What calls get whose prompt begins so; what an earlier test has left under way is answered by that test.</summary>
    internal void Respond(string prompt, Action<ScriptedCall, string> answer) => answers[prompt] = answer;

    /// <summary>Returns when every worker knows that an account is stopped. Each hears of it by the calls that it makes; here there are none, and it looks all the same.</summary>
    internal async Task StoppedAsync(string provider, string model)
    {
        foreach (var (worker, clock) in workers)
        {
            var cooldowns = worker.Services.GetRequiredService<ProviderCooldowns>();
            await Until.TrueAsync(async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(2)); // what it knows is no longer fresh
                await cooldowns.RefreshAsync(CancellationToken.None);
                return cooldowns.Left(provider, model) > TimeSpan.Zero;
            }, $"the stop of {provider}");
        }
    }

    /// <summary>The time for which an account was stopped is over, and that of all who are parked on its provider.</summary>
    internal async Task PassAsync(string account)
    {
        Assert.Equal(1L, await Fleet.QueryAsync<long>("WITH over AS (DELETE FROM account_stops WHERE account = $1 RETURNING 1) SELECT count(*) FROM over", account));
        foreach (var (_, clock) in workers) clock.Advance(TimeSpan.FromMinutes(20));
        await Fleet.QueryAsync<long>(
            "WITH due AS (UPDATE generations SET not_before = now() WHERE provider = $1 AND state = 'parked' RETURNING 1) SELECT count(*) FROM due", account.Split('|')[0]);
    }

    internal static GenerateRequested Request(string prompt, string model, GenerationClass @class = GenerationClass.Interactive, string provider = "scripted") =>
        FleetFixture.Request(prompt) with { Provider = provider, Model = model, Class = @class };

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();

    private void Rule(int number, params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings) Fleet.Set($"Millrace__Limits__{number}__{name}", value);
    }
}
