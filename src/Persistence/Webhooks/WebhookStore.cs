using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Webhooks;

/// <summary>Who wants to be told, each tenant's its own.</summary>
public sealed class WebhookStore(IDatabase database, DatabaseOutage outage)
{
    private const string Columns = "SELECT id, tenant, url, secret, events, channel, created_at FROM webhooks";

    private readonly string add = $"""
        INSERT INTO webhooks (id, tenant, url, secret, events, channel, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, {database.Sql.Now})
        ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>Stores a webhook and returns it with its time.</summary>
    public async Task<Webhook> AddAsync(Webhook webhook, CancellationToken cancellation)
    {
        await outage.ExecuteAsync(
            add, cancellation, webhook.Id, webhook.Tenant, webhook.Url, webhook.Secret, webhook.Events, webhook.Channel);
        return (await FindAsync(webhook.Tenant, webhook.Id, cancellation))!;
    }

    /// <summary>The webhook, or null if this tenant has none of that id.</summary>
    public Task<Webhook?> FindAsync(string tenant, Guid id, CancellationToken cancellation) =>
        outage.FindAsync($"{Columns} WHERE id = $1 AND tenant = $2", Read, cancellation, id, tenant);

    /// <summary>A tenant's webhooks, the oldest first.</summary>
    public Task<List<Webhook>> ListAsync(string tenant, CancellationToken cancellation) =>
        outage.QueryAsync($"{Columns} WHERE tenant = $1 ORDER BY created_at, id", Read, cancellation, tenant);

    /// <summary>Removes a webhook with its deliveries. False if this tenant has none of that id.</summary>
    public Task<bool> DeleteAsync(string tenant, Guid id, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync("DELETE FROM webhooks WHERE id = $1 AND tenant = $2", id, tenant) == 0)
                return false;
            await transaction.ExecuteAsync("DELETE FROM webhook_deliveries WHERE webhook_id = $1", id);
            return true;
        }, cancellation);

    private static Webhook Read(Row row) => new()
    {
        Id = row.GetGuid("id"),
        Tenant = row.GetString("tenant"),
        Url = row.GetString("url"),
        Secret = row.GetString("secret"),
        Events = row.GetStringOrNull("events"),
        Channel = row.GetStringOrNull("channel"),
        CreatedAt = row.GetTime("created_at"),
    };
}
