namespace Millrace.Engine.Execution;

/// <summary>What follows a failed provider call.</summary>
public enum Repetition
{
    /// <summary>The same candidate is called again, here and now.</summary>
    Now,

    /// <summary>The run has left this worker: parked, or on the lane of its next fallback.</summary>
    Left,

    /// <summary>The failure is the generation's.</summary>
    GivenUp,
}
