namespace Millrace.Providers.Models;

/// <summary>Which wire a provider speaks.</summary>
public enum ProviderKind
{
    /// <summary>OpenAI's chat completions, at OpenAI or at any server that speaks the same.</summary>
    OpenAI,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>Ollama's own chat, newline-delimited JSON.</summary>
    Ollama,

    /// <summary>Hugging Face's router, which speaks chat completions.</summary>
    HuggingFace,

    /// <summary>No network and no model: deterministic text for demos, tests and load.</summary>
    Simulated,
}
