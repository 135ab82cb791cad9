namespace Millrace.Engine.Telemetry;

/// <summary>What a sweep finds, as its log line and its metric name it.</summary>
internal static class SweeperFind
{
    public const string Due = "due";
    public const string WithoutTicket = "without_ticket";
    public const string OnDeadWorker = "on_dead_worker";
    public const string OwnedNotRun = "owned_not_run";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";
    public const string Unannounced = "unannounced";
    public const string Unsettled = "unsettled";

    public static IReadOnlyList<string> All { get; } = [Due, WithoutTicket, OnDeadWorker, OwnedNotRun, Cancelled, Expired, Unannounced, Unsettled];
}
