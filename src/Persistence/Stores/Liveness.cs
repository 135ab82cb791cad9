namespace Millrace.Persistence;

/// <summary>When an owner counts as dead: its heartbeat is older than <paramref name="deadAfter"/> by the database's clock.</summary>
public sealed class Liveness(IDatabase database, TimeSpan deadAfter)
{
    /// <summary>The age from which a heartbeat is too old.</summary>
    public TimeSpan DeadAfter => deadAfter;

    /// <summary>A condition on a row of <c>generations</c>.</summary>
    internal string OwnerIsDead { get; } = $"""
        NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = generations.owner
            AND w.heartbeat_at > {database.Sql.NowPlus($"({-(long)deadAfter.TotalMilliseconds})")})
        """;
}
