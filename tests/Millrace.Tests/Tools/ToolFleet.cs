using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Tools;

/// <summary>
/// Two workers with tools for all tests about tools that end no server, and the desk where the tools' effects happen. Their providers: <c>scripted</c>, and
/// one server for each further wire: <c>anthropic</c>, <c>ollama</c>, <c>huggingface</c>.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ToolFleet(TestServers servers) : IAsyncLifetime, ICollectionFixture<ToolFleet>
{
    public const string Name = "Tools";

    private readonly Dictionary<string, ScriptedProvider> others = [];

    internal FleetFixture Fleet { get; private set; } = null!;

    internal Desk Desk { get; private set; } = null!;

    /// <summary>The server behind a provider.</summary>
    internal ScriptedProvider Server(string provider) => others.GetValueOrDefault(provider, Fleet.Provider);

    public async ValueTask InitializeAsync()
    {
        Desk = await Desk.StartAsync();
        Fleet = await FleetFixture.StartAsync(servers, 0, ("Millrace__Tools__acme_only__Tenants__0", "acme"), ("Millrace__Retry__BaseDelay", "00:00:00.050"));
        others["anthropic"] = await ScriptedProvider.StartAsync(Wire.Anthropic);
        others["ollama"] = await ScriptedProvider.StartAsync(Wire.Ollama);
        others["huggingface"] = await ScriptedProvider.StartAsync(Wire.OpenAI);
        foreach (var (name, server) in others)
        {
            Fleet.Set($"Millrace__Providers__{name}__Endpoint", server.Endpoint.ToString());
            Fleet.Set($"Millrace__Providers__{name}__ApiKey", "sk-other");
            Fleet.Set($"Millrace__Providers__{name}__DefaultModel", $"{name}-model");
        }
        foreach (var name in others.Keys.Append("scripted")) Fleet.Set($"Millrace__Providers__{name}__Circuit__MinimumThroughput", "1000");
        for (var workers = 0; workers < 2; workers++) await Fleet.AddWorkerAsync(Desk.Tools());
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        await Desk.DisposeAsync();
        foreach (var server in others.Values) await server.DisposeAsync();
    }
}

/// <summary>What tests about tools ask and look at.</summary>
internal static class ToolTalk
{
    public static GenerateRequested Ask(string prompt, params string[] tools) => FleetFixture.Request(prompt) with { Tools = tools };

    public static string Arguments(string what) => JsonSerializer.Serialize(new { what });

    /// <summary>A model that calls tools first, and when it has their results says what they are.</summary>
    public static void CallThenTell(ScriptedCall call, params (string Tool, string What)[] wanted)
    {
        if (ResultsIn(call) is { Count: > 0 } results)
        {
            call.Text("The desk said: ", string.Join(" | ", results)).Usage(30, 4).Stop();
            return;
        }
        call.Text("Let me see. ");
        for (var i = 0; i < wanted.Length; i++) call.ToolCall(wanted[i].Tool, Arguments(wanted[i].What), $"theirs_{i}");
        call.Usage(10, 5).Finish("tool_calls");
    }

    /// <summary>The results that a request to an OpenAI-like server holds behind the last user's message.</summary>
    public static IReadOnlyList<string> ResultsIn(ScriptedCall call) =>
    [
        .. call.Body.GetProperty("messages").EnumerateArray().Reverse().TakeWhile(message => message.GetProperty("role").GetString() != "user")
            .Where(message => message.GetProperty("role").GetString() == "tool").Reverse().Select(message => message.GetProperty("content").ToString()),
    ];

    /// <summary>Kind, step and text of each chunk of a generation.</summary>
    public static IReadOnlyList<SeenEvent> Chunks(this FleetFixture fleet, Guid id) =>
        [.. fleet.Events.Of(id).Where(seen => seen.Kind == "chunk").DistinctBy(seen => seen.Sequence).OrderBy(seen => seen.Sequence)];
}
