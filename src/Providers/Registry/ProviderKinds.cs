using Millrace.Providers.Anthropic;
using Millrace.Providers.HuggingFace;
using Millrace.Providers.Kinds;
using Millrace.Providers.Ollama;
using Millrace.Providers.OpenAI;
using Millrace.Providers.Simulated;

namespace Millrace.Providers.Registry;

/// <summary>The kinds of providers that settings can name: those that ship, and behind them a program's own.</summary>
public sealed class ProviderKinds
{
    private ProviderKinds(IReadOnlyList<ProviderKind> kinds) => All = kinds;

    /// <summary>The kinds that ship. A new one is a folder beside the others, and a line here.</summary>
    public static ProviderKinds Shipped { get; } = new(
    [
        new OpenAIKind(),
        new AnthropicKind(),
        new OllamaKind(),
        new HuggingFaceKind(),
        new SimulatedKind(),
    ]);

    public IReadOnlyList<ProviderKind> All { get; }

    /// <summary>The kind of a provider that names none and is named after none: OpenAI's wire, which most servers speak.</summary>
    internal ProviderKind Usual => All[0];

    /// <summary>The same kinds and others.</summary>
    /// <exception cref="ArgumentException">A name is not one to 32 letters and digits, or two kinds have the same one.</exception>
    public ProviderKinds With(params ReadOnlySpan<ProviderKind> own)
    {
        var all = new List<ProviderKind>(All);
        foreach (var kind in own)
        {
            if (!IsName(kind.Name))
                throw new ArgumentException($"A kind of provider is named '{kind.Name}'; a name is 1 to 32 ASCII letters and digits.", nameof(own));
            if (all.Exists(other => other.Id == kind.Id))
                throw new ArgumentException($"There are two kinds of providers named '{kind.Name}'; give one of them another name.", nameof(own));
            all.Add(kind);
        }
        return new(all);
    }

    /// <summary>By its name, in any case; null when there is none.</summary>
    public ProviderKind? Find(string name) =>
        All.FirstOrDefault(kind => kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsName(string name) => name.Length is >= 1 and <= 32 && name.All(char.IsAsciiLetterOrDigit);
}
