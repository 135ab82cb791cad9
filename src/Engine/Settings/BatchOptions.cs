namespace Millrace.Engine.Settings;

/// <summary>How batches and other bulk work are fed to the lanes, section <c>Millrace:Batches</c>.</summary>
public sealed class BatchOptions
{
    /// <summary>Lines of a file, 1 to 10,000,000. Default: 1,000,000.</summary>
    public int MaxLines { get; set; } = 1_000_000;

    /// <summary>
    /// Bulk generations of a lane that are let go at a time, 1 to 100,000; the others wait in the database, in fair turns. Default: four for each bulk slot of
    /// the fleet, and at least 256.
    /// </summary>
    public int? Window { get; set; }

    /// <summary>How often lines that have ended are counted and others let go, 20 ms to 10 s. Default: 200 ms.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(200);
}
