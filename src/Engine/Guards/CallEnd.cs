namespace Millrace.Engine.Guards;

/// <summary>How a provider call ended that its guards let pass.</summary>
public enum CallEnd
{
    /// <summary>Another guard had something against it.</summary>
    NotMade,

    /// <summary>By an exception: the run is stopped, or a fault of ours.</summary>
    Interrupted,

    /// <summary>It failed, or the model calls tools: the generation is not at its end, and may wait for long.</summary>
    GoesOn,

    /// <summary>Its answer is the generation's.</summary>
    Final,
}
