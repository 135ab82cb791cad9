using Millrace.Contracts;

namespace Millrace.Engine.Runs;

/// <summary>How a provider call that succeeded ended. Its text is the run's, unless it ended in calls for the caller.</summary>
public sealed record Answer(FinishReason FinishReason, string Model, IReadOnlyList<string> IgnoredOptions)
{
    /// <summary>The recorded step whose calls the caller makes, if that is how the generation ends.</summary>
    public RunStep? Handed { get; private init; }

    /// <summary>The generation whose recorded answer it is, if no provider was asked.</summary>
    public Guid? ReusedFrom { get; init; }

    /// <summary>Turns of its session that did not fit into the model's context.</summary>
    public int OmittedTurns { get; init; }

    public static Answer Of(RunStep handed) => new(FinishReason.ToolCalls, handed.Model, handed.Content.IgnoredOptions ?? [])
    {
        Handed = handed,
        OmittedTurns = handed.Content.OmittedTurns ?? 0,
    };
}
