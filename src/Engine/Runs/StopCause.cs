namespace Millrace.Engine.Runs;

/// <summary>Why a run ends before its provider has. The first cause counts.</summary>
public enum StopCause
{
    None,

    /// <summary>Someone asked for it: keep the partial text, announce the cancel.</summary>
    Cancelled,

    /// <summary>This worker shuts down: let another one run it.</summary>
    HandBack,

    /// <summary>Another worker owns the generation: write and publish nothing more.</summary>
    Fenced,

    /// <summary>The chunk log refused a chunk for good: fail.</summary>
    Fault,
}
