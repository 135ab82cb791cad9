namespace Millrace.Persistence.Access;

/// <summary>How a limit stands.</summary>
/// <param name="Limit">What it is.</param>
/// <param name="Used">How much of it is in use.</param>
/// <param name="Free">When some of it is free again; zero if some is.</param>
/// <param name="Reset">When nothing of it is in use any more, if nothing more is used.</param>
public sealed record LimitStanding(int Limit, long Used, TimeSpan Free, TimeSpan Reset)
{
    public bool IsFull => Used >= Limit;

    public long Remaining => Math.Max(0, Limit - Used);
}
