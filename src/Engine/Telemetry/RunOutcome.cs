using Millrace.Persistence.Model;

namespace Millrace.Engine.Telemetry;

/// <summary>How a run left its worker, beside the terminal states of <see cref="GenerationState"/>.</summary>
internal static class RunOutcome
{
    /// <summary>It waits without a slot: for a retry, a circuit, or the answer of a tool.</summary>
    public const string Parked = "parked";

    /// <summary>It went to its next fallback's lane.</summary>
    public const string Rerouted = "rerouted";

    /// <summary>Its worker shut down.</summary>
    public const string HandedBack = "handed_back";

    /// <summary>Another worker owned it.</summary>
    public const string Fenced = "fenced";

    /// <summary>Left in the middle: the worker had no more time, or met a fault.</summary>
    public const string Abandoned = "abandoned";
}
