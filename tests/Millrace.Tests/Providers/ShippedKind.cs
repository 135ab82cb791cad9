using Millrace.Providers.Kinds;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Providers;

/// <summary>The kinds that ship, by their names.</summary>
internal static class ShippedKind
{
    public static ProviderKind OpenAI { get; } = Named("OpenAI");

    public static ProviderKind Anthropic { get; } = Named("Anthropic");

    public static ProviderKind Ollama { get; } = Named("Ollama");

    public static ProviderKind HuggingFace { get; } = Named("HuggingFace");

    public static ProviderKind Simulated { get; } = Named("Simulated");

    public static ProviderKind Named(string name) => ProviderKinds.Shipped.Find(name)!;

    /// <summary>The kind that a wire was first made for.</summary>
    public static ProviderKind Of(Wire wire) => Named(wire.ToString());
}
