using Millrace.Contracts;

namespace Millrace.Engine.Prompts;

/// <summary>What the prompts of a run are made of and is read from the database: once, however many steps the run has.</summary>
public sealed class PromptMaterial
{
    /// <summary>The request with the bytes of what it refers to, once they have been read.</summary>
    public GenerateRequested? Filled { get; set; }

    /// <summary>The history of its session, once it has been read.</summary>
    public IReadOnlyList<SessionMessage>? History { get; set; }
}
