namespace Millrace.Tests.ScriptedProviders;

/// <summary>What a scripted provider speaks.</summary>
public enum Wire
{
    OpenAI,
    Anthropic,
    Ollama,
}
