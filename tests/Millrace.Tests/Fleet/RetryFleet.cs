using Millrace.Contracts;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

/// <summary>
/// One worker for all tests about retries. Its providers: <c>scripted</c>, <c>second</c> behind a server of its own, <c>narrow</c> with one
/// slot, and <c>fragile</c>, whose circuit opens after two failures; those two answer as <c>scripted</c> does.
/// </summary>
[CollectionDefinition(Name)]
public sealed class RetryFleet(TestServers servers) : IAsyncLifetime, ICollectionFixture<RetryFleet>
{
    public const string Name = "Retries";

    internal FleetFixture Fleet { get; private set; } = null!;

    internal ScriptedProvider Second { get; private set; } = null!;

    /// <summary>The worker's.</summary>
    internal MovableClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Second = await ScriptedProvider.StartAsync(Wire.OpenAI);
        Fleet = await FleetFixture.StartAsync(
            servers, 0,
            ("Millrace__Retry__BaseDelay", "00:00:00.100"),
            ("Millrace__Retry__MaxAttempts", "3"),
            ("Millrace__Retry__CircuitPatience", "00:00:05"),
            ("Millrace__Providers__second__Endpoint", Second.Endpoint.ToString()),
            ("Millrace__Providers__second__ApiKey", "sk-second"),
            ("Millrace__Providers__second__DefaultModel", "m2"));
        foreach (var (name, value) in Behind(Fleet.Provider, "narrow").Append(("InteractiveConcurrency", "1")))
            Fleet.Set($"Millrace__Providers__narrow__{name}", value);
        foreach (var (name, value) in Behind(Fleet.Provider, "fragile").Append(("Circuit__MinimumThroughput", "2")).Append(("Circuit__BreakDuration", "00:10:00")))
            Fleet.Set($"Millrace__Providers__fragile__{name}", value);
        foreach (var name in new[] { "scripted", "second", "narrow" }) Fleet.Set($"Millrace__Providers__{name}__Circuit__MinimumThroughput", "1000");
        await Fleet.AddWorkerAsync(time: Clock);
    }

    /// <summary>A request that both servers know by its prompt.</summary>
    internal static GenerateRequested Request(string prompt, string provider = "scripted", params string[] fallbacks) =>
        FleetFixture.Request(prompt) with { Provider = provider, Fallbacks = fallbacks.Length == 0 ? null : fallbacks };

    /// <summary>The calls that a server got for a prompt.</summary>
    internal static IReadOnlyList<ScriptedCall> CallsOf(ScriptedProvider server, string prompt) =>
        [.. server.Calls.Where(call => call.RawBody.Contains(prompt, StringComparison.Ordinal))];

    /// <summary>What a terminal event lists as failed before, each as <c>attempt provider/model reason status</c>.</summary>
    internal static void AssertFailures(SeenEvent terminal, params string[] expected) => Assert.Equal(
        expected,
        !terminal.Message.TryGetProperty("failures", out var failures) ? [] : failures.EnumerateArray().Select(failure =>
            $"{failure.GetProperty("attempt")} {failure.GetProperty("provider")}/{failure.GetProperty("model")} {failure.GetProperty("reason")} {failure.GetProperty("httpStatus")}"));

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        await Second.DisposeAsync();
    }

    private static IEnumerable<(string Name, string Value)> Behind(ScriptedProvider server, string model) =>
        [("Endpoint", server.Endpoint.ToString()), ("ApiKey", "sk-other"), ("DefaultModel", model)];
}
