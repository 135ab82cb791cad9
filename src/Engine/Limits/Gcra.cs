namespace Millrace.Engine.Limits;

/// <summary>
/// The arithmetic of a budget's time, in microseconds. A unit is used between its time and <see cref="Grace"/> after it, and reaches the provider within
/// <see cref="Transit"/> after that; one for somebody who waits may be used <see cref="Express"/> before its time. So what arrives in a window of 60 s was due in an open span
/// of 60 s and all of these, and units that are that span divided by the limit apart are never more than the limit in it. What this costs is 60 / 61.6: 2.6 %.
/// </summary>
/// <remarks>No burst is allowed to an idle budget: one of b units would have to be taken off the limit for good.</remarks>
internal static class Gcra
{
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;
    public const long Grace = Second / 2;
    public const long Transit = Second;
    public const long Window = Minute + Grace + Transit + Express;

    /// <summary>So long before its time an interactive call may use its unit: what is given away to bulk is not waited for.</summary>
    public const long Express = 100_000;

    /// <summary>How far ahead an interactive call takes its unit; nobody waits in place for more than a second.</summary>
    public const long InteractiveReach = 800_000;

    /// <summary>
    /// The same for bulk: interactive calls, which reach further, have taken it first when they want all; and one that comes while bulk takes everything finds no more of it
    /// given away than this.
    /// </summary>
    public const long BulkReach = 60_000;

    /// <summary>
    /// Units whose time has passed so lately are given all the same: else what passes between two visits would be lost. They are used within <see cref="Grace"/> of their time
    /// like all others, so a window does not hold more for it.
    /// </summary>
    public const long Slack = 200_000;

    /// <summary>The same for the one bulk call that the floor lets through: further than all.</summary>
    public const long FloorReach = Second;

    /// <summary>Longest wait in place.</summary>
    public const long Patience = Second;

    /// <summary>One call of bulk goes first when interactive ones have had the budget for the time of so many: a floor of 10 %.</summary>
    public const long FloorShare = 10;

    /// <summary>A parked generation comes back so long before its place, so that it is there when its unit is.</summary>
    public const long ComeBackEarly = 700_000;

    /// <summary>What a request takes of its budget's time.</summary>
    public static long Request(int perMinute) => (Window + perMinute - 1) / perMinute;

    /// <summary>
    /// What tokens take of it. The last call in a window brings all its tokens though its time reaches out of the window, so 2 % of the limit are kept for it: calls of up
    /// to that size never make a window fuller than the limit, a larger one by no more than it is larger.
    /// </summary>
    public static long Tokens(long tokens, int perMinute) => (long)Math.Ceiling((decimal)Window * tokens / (0.98m * perMinute));
}
