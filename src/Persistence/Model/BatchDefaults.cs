namespace Millrace.Persistence.Model;

/// <summary>What lines get that do not name it.</summary>
public sealed record BatchDefaults
{
    public string? Provider { get; init; }

    public string? Model { get; init; }

    public string? SystemPrompt { get; init; }

    public double? Temperature { get; init; }

    public int? MaxOutputTokens { get; init; }

    /// <summary>
    /// Names of models that the lines may use, and what they stood for when the batch was made: who checks the lines
    /// has no such names of its own.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Aliases { get; init; }
}
