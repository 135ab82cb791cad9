using Millrace.Contracts;

namespace Millrace.Persistence.Model;

/// <summary>What holds for every turn of a session unless its request says otherwise.</summary>
public sealed record SessionSettings(
    string? SystemPrompt, string? Provider, string? Model, GenerationOptions? Options = null,
    IReadOnlyDictionary<string, string>? Metadata = null);
