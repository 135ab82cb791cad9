namespace Millrace.Persistence.Model;

/// <summary>Sets of states, as lists for <c>state IN</c>.</summary>
internal static class GenerationStates
{
    /// <summary>Those that could run, and wait for a worker.</summary>
    public const string Runnable = $"('{GenerationState.Queued}', '{GenerationState.Held}')";

    /// <summary>Those that have not ended, and that no worker runs.</summary>
    public const string Unclaimed =
        $"('{GenerationState.Queued}', '{GenerationState.Held}', '{GenerationState.Parked}', '{GenerationState.Waiting}')";

    /// <summary>Those that have not ended.</summary>
    public const string Open =
        $"('{GenerationState.Queued}', '{GenerationState.Held}', '{GenerationState.Waiting}', '{GenerationState.Parked}', '{GenerationState.Running}')";

    /// <summary>Those that are never left.</summary>
    public const string Terminal = $"('{GenerationState.Completed}', '{GenerationState.Failed}', '{GenerationState.Cancelled}')";
}
