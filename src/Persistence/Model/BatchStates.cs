namespace Millrace.Persistence.Model;

/// <summary>Sets of states of batches, as lists for <c>state IN</c>.</summary>
internal static class BatchStates
{
    /// <summary>Those in which lines are out, or can be.</summary>
    public const string Running =
        $"('{BatchState.InProgress}', '{BatchState.Cancelling}', '{BatchState.Expiring}', '{BatchState.Exhausted}')";

    /// <summary>Those that a cancel ends.</summary>
    public const string Cancellable =
        $"('{BatchState.Validating}', '{BatchState.InProgress}', '{BatchState.Expiring}', '{BatchState.Exhausted}')";

    /// <summary>Those that have ended, and some of whose lines may run again.</summary>
    public const string Repeatable = $"('{BatchState.Completed}', '{BatchState.Expired}', '{BatchState.Cancelled}')";

    /// <summary>Those that have ended.</summary>
    public const string Terminal =
        $"('{BatchState.Completed}', '{BatchState.Failed}', '{BatchState.Expired}', '{BatchState.Cancelled}')";
}
