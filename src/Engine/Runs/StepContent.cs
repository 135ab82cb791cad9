using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Engine.Runs;

/// <summary>What the model said in a step before it called its tools.</summary>
public sealed record StepContent(string Text, IReadOnlyList<Reasoning>? Reasoning = null)
{
    /// <summary>What its provider had no counterpart for, if the generation ends with it.</summary>
    public IReadOnlyList<string>? IgnoredOptions { get; init; }

    /// <summary>Turns that its prompt left out, if the generation ends with it.</summary>
    public int? OmittedTurns { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ContractsJson.Options);
}
