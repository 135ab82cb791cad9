using System.Collections.Concurrent;
using System.Diagnostics;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

/// <summary>
/// Four workers that share limits: 600 requests a minute for the model <c>paced</c>, three calls at a time for <c>few</c>, 60,000 tokens a minute for <c>tokens</c>, one request a minute for <c>late</c>, and 1,200 for <c>aged</c>. The
/// provider <c>account</c> is the same server under a name of its own.
/// </summary>
public sealed class LimitFleet(TestServers servers) : IAsyncLifetime
{
    public const int Limit = 600;

    private readonly ConcurrentQueue<(string Prompt, TimeSpan At)> arrivals = new();
    private readonly ConcurrentDictionary<string, Action<ScriptedProviders.ScriptedCall, string>> answers = new();
    private readonly long began = Stopwatch.GetTimestamp();

    internal FleetFixture Fleet { get; private set; } = null!;

    /// <summary>What arrived at the provider for a model, with its prompt, in order.</summary>
    internal IReadOnlyList<(string Prompt, TimeSpan At)> Arrivals(string prompt) => [.. arrivals.Where(arrival => arrival.Prompt.StartsWith(prompt, StringComparison.Ordinal))];

    public async ValueTask InitializeAsync()
    {
        Fleet = await FleetFixture.StartAsync(servers, 0);
        Rule(0, ("Provider", "scripted"), ("Model", "paced"), ("RequestsPerMinute", $"{Limit}"));
        Rule(1, ("Provider", "scripted"), ("Model", "few*"), ("ConcurrentCalls", "3"));
        Rule(2, ("Provider", "scripted"), ("Model", "tokens"), ("TokensPerMinute", "60000"));
        Rule(3, ("Provider", "scripted"), ("Model", "late"), ("RequestsPerMinute", "1"));
        Rule(4, ("Provider", "scripted"), ("Model", "aged"), ("RequestsPerMinute", "1200"));
        Fleet.Set("Millrace__Providers__account__Endpoint", Fleet.Provider.Endpoint.ToString());
        Fleet.Set("Millrace__Providers__account__DefaultModel", "m");
        Fleet.Set("Millrace__Providers__account__ApiKey", "sk-account");
        Fleet.Provider.Respond(call =>
        {
            var prompt = call.Body.GetProperty("messages")[0].GetProperty("content").GetString()!;
            arrivals.Enqueue((prompt, Stopwatch.GetElapsedTime(began)));
            answers.Single(answer => prompt.StartsWith(answer.Key, StringComparison.Ordinal)).Value(call, prompt);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Fleet.AddWorkerAsync()));
    }

    /// <summary>What calls get whose prompt begins so; what an earlier test has left under way is answered by that test.</summary>
    internal void Respond(string prompt, Action<ScriptedProviders.ScriptedCall, string> answer) => answers[prompt] = answer;

    /// <summary>Waits until so many have arrived.</summary>
    internal async Task ArrivedAsync(string prompt, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Arrivals(prompt).Count < count) await Task.Delay(10, deadline.Token);
    }

    internal static GenerateRequested Request(string prompt, string model, GenerationClass @class = GenerationClass.Interactive, string provider = "scripted") =>
        FleetFixture.Request(prompt) with { Provider = provider, Model = model, Class = @class };

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();

    private void Rule(int number, params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings) Fleet.Set($"Millrace__Limits__{number}__{name}", value);
    }
}
