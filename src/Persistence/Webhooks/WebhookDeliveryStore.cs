using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Webhooks;

/// <summary>
/// What is to be told to whom, and what came of it. A row is the truth of a delivery: any gateway makes it, once, and
/// any gateway sends it; the one that does holds it until <c>next_attempt_at</c>, and its number of the attempt is the
/// fence.
/// </summary>
public sealed class WebhookDeliveryStore(IDatabase database, DatabaseOutage outage)
{
    /// <summary>How long a delivery that was made or given up is kept.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>
    /// An end that is older is not told: what was told of it is forgotten soon, and would be told again.
    /// </summary>
    private static readonly long Oldest = -(long)TimeSpan.FromDays(29).TotalMilliseconds;

    private const string Columns = """
        SELECT id, webhook_id, generation_id, event, payload, state, attempts, next_attempt_at, log, created_at,
            finished_at FROM webhook_deliveries
        """;

    private readonly string concerned = $"""
        SELECT w.id, w.events, g.channel, g.finished_at FROM generations g JOIN webhooks w ON w.tenant = g.tenant
        WHERE g.id = $1 AND (w.channel IS NULL OR w.channel = g.channel)
            AND w.created_at <= g.finished_at AND g.finished_at > {database.Sql.NowPlus("$2")}
        """;

    // The webhook's row is held, so that whoever removes it removes this as well, or nothing is made
    private readonly string add = $"""
        INSERT INTO webhook_deliveries (id, webhook_id, generation_id, event, payload, state, attempts, next_attempt_at,
            created_at)
        SELECT $1, g.id, $3, $4, {database.Sql.Json("$5")}, '{WebhookDeliveryState.Pending}', 0, {database.Sql.Now},
            {database.Sql.Now} FROM webhooks g WHERE g.id = $2 {database.Sql.ForShare}
        ON CONFLICT (webhook_id, generation_id) DO NOTHING
        """;

    // From the first row of one webhook to the first of the next: nobody's backlog is passed over row by row, however
    // long it is
    private readonly string due = $"""
        WITH RECURSIVE firsts(id, webhook_id, next_attempt_at) AS (
            SELECT id, webhook_id, next_attempt_at FROM (
                SELECT id, webhook_id, next_attempt_at FROM webhook_deliveries
                WHERE state = '{WebhookDeliveryState.Pending}' ORDER BY webhook_id, next_attempt_at LIMIT 1) first
            UNION ALL
            SELECT d.id, d.webhook_id, d.next_attempt_at FROM firsts f JOIN webhook_deliveries d ON d.id = (
                SELECT n.id FROM webhook_deliveries n
                WHERE n.state = '{WebhookDeliveryState.Pending}' AND n.webhook_id > f.webhook_id
                ORDER BY n.webhook_id, n.next_attempt_at LIMIT 1))
        SELECT f.webhook_id, w.tenant, f.next_attempt_at FROM firsts f LEFT JOIN webhooks w ON w.id = f.webhook_id
        WHERE f.next_attempt_at <= {database.Sql.Now}
        """;

    private readonly string claim = $"""
        UPDATE webhook_deliveries SET attempts = attempts + 1, next_attempt_at = {database.Sql.NowPlus("$3")}
        WHERE id IN (
            SELECT id FROM webhook_deliveries
            WHERE webhook_id = $1 AND state = '{WebhookDeliveryState.Pending}' AND next_attempt_at <= {database.Sql.Now}
            ORDER BY next_attempt_at LIMIT $2 {database.Sql.ForUpdateSkipLocked})
        RETURNING id, webhook_id, event, payload, attempts, log
        """;

    private readonly string settle = $"""
        UPDATE webhook_deliveries
            SET state = $3, log = {database.Sql.Json("$4")}, next_attempt_at = {database.Sql.NowPlus("$5")},
            finished_at = CASE WHEN $3 = '{WebhookDeliveryState.Pending}' THEN NULL ELSE {database.Sql.Now} END
        WHERE id = $1 AND attempts = $2 AND state = '{WebhookDeliveryState.Pending}'
        """;

    private readonly string again = $"""
        UPDATE webhook_deliveries
            SET state = '{WebhookDeliveryState.Pending}', next_attempt_at = {database.Sql.Now}, finished_at = NULL
        WHERE id = $1 AND webhook_id = $2 AND state <> '{WebhookDeliveryState.Pending}'
        """;

    private const string DropOrphans = """
        DELETE FROM webhook_deliveries WHERE webhook_id = $1 AND NOT EXISTS (SELECT 1 FROM webhooks WHERE id = $1)
        """;

    /// <summary>Who is to be told of this kind of end of a generation, or null if nobody.</summary>
    public async Task<WebhookAudience?> AudienceAsync(Guid generation, string kind, CancellationToken cancellation)
    {
        var all = await outage.QueryAsync(concerned, Concerned.Read, cancellation, generation, Oldest);
        var told = all.FindAll(webhook => webhook.Wants(kind));
        if (told.Count == 0) return null;
        var request = await outage.QueryAsync(
            "SELECT request FROM generations WHERE id = $1", row => row.GetOnlyOrDefault<string>(), cancellation,
            generation);
        return new(
            [.. told.Select(webhook => webhook.Id)], told[0].Channel, told[0].FinishedAt, request.SingleOrDefault());
    }

    /// <summary>
    /// Makes a delivery, once for each webhook and generation, if the webhook is still there. Its id, which is the same
    /// each time.
    /// </summary>
    public async Task<Guid> AddAsync(
        Guid webhook, Guid generation, string kind, string payload, CancellationToken cancellation)
    {
        var id = NamedId.Of(webhook, generation.ToString());
        await outage.ExecuteAsync(add, cancellation, id, webhook, generation, kind, payload);
        return id;
    }

    /// <summary>
    /// The webhooks that have something due, each once. One that is gone has no tenant; what it left is still there to
    /// be claimed.
    /// </summary>
    public Task<List<DueWebhook>> DueAsync(CancellationToken cancellation) => database.QueryAsync(
        due, row => new DueWebhook(row.GetGuid("webhook_id"), row.GetStringOrNull("tenant"), row.GetTime("next_attempt_at")), cancellation);

    /// <summary>
    /// Takes deliveries of a webhook that are due, the oldest first; nobody else takes them for the time of the lease.
    /// </summary>
    /// <param name="webhook">Whose.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="lease">How long they are held.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<List<ClaimedDelivery>> ClaimAsync(
        Guid webhook, int most, TimeSpan lease, CancellationToken cancellation) =>
        database.ExecuteAsync(claim, ReadClaimed, cancellation, webhook, most, (long)lease.TotalMilliseconds);

    /// <summary>Removes the deliveries of a webhook that is no more.</summary>
    public Task DropAsync(Guid webhook, CancellationToken cancellation) =>
        outage.ExecuteAsync(DropOrphans, cancellation, webhook);

    /// <summary>Where a delivery goes and what signs it, or null if its webhook is gone.</summary>
    public async Task<(string Url, string Secret)?> TargetAsync(Guid webhook, CancellationToken cancellation)
    {
        var found = await outage.QueryAsync(
            "SELECT url, secret FROM webhooks WHERE id = $1", row => (row.GetString("url"), row.GetString("secret")),
            cancellation, webhook);
        return found.Count > 0 ? found[0] : null;
    }

    /// <summary>Writes down what came of an attempt, unless somebody else has taken the delivery since.</summary>
    public Task SettleAsync(
        ClaimedDelivery delivery, string state, TimeSpan next, string log, CancellationToken cancellation) =>
        outage.ExecuteAsync(
            settle, cancellation, delivery.Id, delivery.Attempt, state, log, (long)next.TotalMilliseconds);

    /// <summary>A webhook's deliveries, the newest first.</summary>
    public Task<List<WebhookDelivery>> ListAsync(Guid webhook, int limit, CancellationToken cancellation) =>
        outage.QueryAsync(
            $"{Columns} WHERE webhook_id = $1 ORDER BY created_at DESC, id LIMIT $2", Read, cancellation, webhook, limit);

    /// <summary>One of a webhook's deliveries, or null.</summary>
    public async Task<WebhookDelivery?> FindAsync(Guid webhook, Guid id, CancellationToken cancellation)
    {
        return await outage.FindAsync($"{Columns} WHERE webhook_id = $1 AND id = $2", Read, cancellation, webhook, id);
    }

    /// <summary>Makes a delivery due that has ended. False if it has not.</summary>
    public async Task<bool> RepeatAsync(Guid webhook, Guid id, CancellationToken cancellation) =>
        await outage.ExecuteAsync(again, cancellation, id, webhook) > 0;

    private static ClaimedDelivery ReadClaimed(Row row) => new(
        row.GetGuid("id"),
        row.GetGuid("webhook_id"),
        row.GetString("event"),
        row.GetString("payload"),
        row.GetInt32("attempts"),
        row.GetStringOrNull("log"));

    private static WebhookDelivery Read(Row row) => new()
    {
        Id = row.GetGuid("id"),
        WebhookId = row.GetGuid("webhook_id"),
        GenerationId = row.GetGuid("generation_id"),
        Event = row.GetString("event"),
        Payload = row.GetString("payload"),
        State = row.GetString("state"),
        Attempts = row.GetInt32("attempts"),
        NextAttemptAt = row.GetTime("next_attempt_at"),
        Log = row.GetStringOrNull("log"),
        CreatedAt = row.GetTime("created_at"),
        FinishedAt = row.GetTimeOrNull("finished_at"),
    };

    /// <summary>A webhook that the end of a generation may concern.</summary>
    private sealed record Concerned(Guid Id, string? Events, string Channel, DateTimeOffset FinishedAt)
    {
        public bool Wants(string kind) => Events is null || Events.Split(' ').Contains(kind);

        public static Concerned Read(Row row) =>
            new(
                row.GetGuid("id"),
                row.GetStringOrNull("events"),
                row.GetString("channel"),
                row.GetTime("finished_at"));
    }
}
