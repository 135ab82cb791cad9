namespace Millrace.Persistence.Model;

/// <summary>
/// How many of the calls that a limit allows at a time a worker wants, and has. Those of a dead worker count no more.
/// </summary>
internal sealed class CallPermit
{
    public required string Scope { get; set; }
    public Guid WorkerId { get; set; }

    /// <summary>Calls that it makes and calls that wait for it to make them.</summary>
    public int Wanted { get; set; }

    public int Granted { get; set; }
}
