namespace Millrace.Contracts;

/// <summary>The answer to a <see cref="CapabilitiesRequested"/>: what was asked for, or a problem.</summary>
public sealed record CapabilitiesAnswered
{
    /// <summary>Which request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>What is wrong with the question, in a sentence: cause, rule and choices. Absent without a problem.</summary>
    public string? Problem { get; init; }

    /// <summary>One entry, or one for each configured provider, by name. Empty with a problem.</summary>
    public IReadOnlyList<ModelCapabilities> Models { get; init; } = [];
}
