using Microsoft.Extensions.AI;
using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Providers;

/// <summary>A provider that is configured for a scripted server, and the usual ways to call it.</summary>
internal static class ProviderFixture
{
    public const string Key = "sk-canary-KEY-7f3a";
    public const string Prompt = "canary PROMPT 9c1d: who am I?";

    public static IReadOnlyList<ChatMessage> Messages { get; } = [new(ChatRole.System, "Be brief."), new(ChatRole.User, Prompt)];

    public static Provider Provider(this ScriptedProvider server, Wire wire, Action<ProviderOptions>? configure = null, TimeProvider? time = null) =>
        Provider(server.Endpoint, wire, configure, time);

    public static Provider Provider(this ScriptedProvider server, ProviderKind kind, Action<ProviderOptions>? configure = null, TimeProvider? time = null) =>
        Provider(server.Endpoint, kind, configure, time);

    public static Provider Provider(Uri endpoint, Wire wire, Action<ProviderOptions>? configure = null, TimeProvider? time = null) =>
        Provider(endpoint, ShippedKind.Of(wire), configure, time);

    public static Provider Provider(Uri endpoint, ProviderKind kind, Action<ProviderOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new ProviderOptions { Endpoint = endpoint, ApiKey = Key };
        configure?.Invoke(options);
        return new("canary", kind, options, time ?? TimeProvider.System);
    }

    /// <summary>Asks the usual question, until the test ends.</summary>
    public static ThrowingStream Ask(this Provider provider) => provider.AskUntil(TestContext.Current.CancellationToken);

    public static ThrowingStream AskUntil(this Provider provider, CancellationToken cancellation) =>
        provider.Stream(options: null, "test-model", Messages, cancellation);

    /// <summary>A call without tools.</summary>
    public static ThrowingStream Stream(
        this Provider provider, Millrace.Contracts.GenerationOptions? options, string model, IReadOnlyList<ChatMessage> messages, CancellationToken cancellation) =>
        new(provider.Stream(options, model, messages, ToolChoices.None, cancellation));

    public static async Task<List<ChatResponseUpdate>> ReadAsync(this IAsyncEnumerable<ChatResponseUpdate> stream)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in stream) updates.Add(update);
        return updates;
    }

    public static string Text(this IEnumerable<ChatResponseUpdate> updates) => string.Concat(updates.Select(update => update.Text));

    public static UsageDetails? Usage(this IEnumerable<ChatResponseUpdate> updates) =>
        updates.SelectMany(update => update.Contents).OfType<UsageContent>().LastOrDefault()?.Details;
}
