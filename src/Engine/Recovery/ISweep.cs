namespace Millrace.Engine.Recovery;

/// <summary>Looks for one kind of what fell through, and puts it back on its way.</summary>
internal interface ISweep
{
    /// <param name="round">Runs each part by itself: what fails does not keep the others waiting.</param>
    /// <param name="stopping">Ends it.</param>
    Task RunAsync(SweepRound round, CancellationToken stopping);
}
