using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Sessions;

/// <summary>
/// Two workers for all tests about sessions that end no server. Their providers: <c>scripted</c>, <c>narrow</c> behind the same server with
/// one slot a worker, and one server for each further wire: <c>anthropic</c>, <c>ollama</c>, <c>huggingface</c>.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SessionFleet(TestServers servers) : IAsyncLifetime, ICollectionFixture<SessionFleet>
{
    public const string Name = "Sessions";

    private readonly Dictionary<string, ScriptedProvider> others = [];

    internal FleetFixture Fleet { get; private set; } = null!;

    /// <summary>The server behind a provider.</summary>
    internal ScriptedProvider Server(string provider) => others.GetValueOrDefault(provider, Fleet.Provider);

    public async ValueTask InitializeAsync()
    {
        Fleet = await FleetFixture.StartAsync(
            servers, 0, ("Millrace__Retry__BaseDelay", "00:00:00.050"), ("Millrace__Retry__MaxAttempts", "2"),
            ("Millrace__Providers__narrow__InteractiveConcurrency", "1"));
        others["anthropic"] = await ScriptedProvider.StartAsync(Wire.Anthropic);
        others["ollama"] = await ScriptedProvider.StartAsync(Wire.Ollama);
        others["huggingface"] = await ScriptedProvider.StartAsync(Wire.OpenAI);
        foreach (var (name, server) in others.Append(new("narrow", Fleet.Provider)))
        {
            Fleet.Set($"Millrace__Providers__{name}__Endpoint", server.Endpoint.ToString());
            Fleet.Set($"Millrace__Providers__{name}__ApiKey", "sk-other");
            Fleet.Set($"Millrace__Providers__{name}__DefaultModel", $"{name}-model");
        }
        foreach (var name in others.Keys.Concat(["scripted", "narrow"])) Fleet.Set($"Millrace__Providers__{name}__Circuit__MinimumThroughput", "1000");
        for (var workers = 0; workers < 2; workers++) await Fleet.AddWorkerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        foreach (var server in others.Values) await server.DisposeAsync();
    }
}
