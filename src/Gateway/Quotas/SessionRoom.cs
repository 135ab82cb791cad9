using System.Collections.Concurrent;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Quotas;
using Millrace.Persistence.Sessions;

namespace Millrace.Gateway.Quotas;

/// <summary>
/// Whether a tenant may keep more in sessions. Turns are frequent and tenants can have a million sessions, so what there is is looked up now and then and
/// counted on from there; before anybody is refused it is looked up anew. Two gateways can go past a quota by what they take within that time.
/// </summary>
internal sealed class SessionRoom(SessionStore sessions, TenantQuota quotas, TimeProvider time)
{
    /// <summary>How old what is known may be.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>How old it may be where it refuses somebody.</summary>
    private static readonly TimeSpan Anew = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Look> looks = new(StringComparer.Ordinal);

    /// <summary>Takes room for sessions and bytes that are going to be stored.</summary>
    /// <exception cref="QuotaExceededException">There is none.</exception>
    public async Task TakeAsync(string tenant, long more, long moreBytes, CancellationToken cancellation)
    {
        var look = looks.GetOrAdd(tenant, _ => new());
        if (look.IsOlderThan(Fresh, time)) await look.AtAsync(() => sessions.KeptAsync(tenant, cancellation), time);
        try
        {
            look.Take(tenant, quotas.Sessions(tenant), more, moreBytes);
        }
        catch (QuotaExceededException) when (look.IsOlderThan(Anew, time))
        {
            await look.AtAsync(() => sessions.KeptAsync(tenant, cancellation), time);
            look.Take(tenant, quotas.Sessions(tenant), more, moreBytes);
        }
    }

    /// <summary>Takes room for what may be the first of its session: a turn, or its making.</summary>
    /// <exception cref="QuotaExceededException">There is none.</exception>
    public async Task TakeTurnAsync(string tenant, Guid session, long bytes, CancellationToken cancellation)
    {
        try
        {
            await TakeAsync(tenant, 1, bytes, cancellation);
        }
        catch (QuotaExceededException full) when (!full.IsBytes)
        {
            if (await sessions.BytesAsync(tenant, session, cancellation) is null) throw;
            await TakeAsync(tenant, 0, bytes, cancellation);
        }
    }

    /// <summary>How many bytes messages take, about.</summary>
    public static long SizeOf(IReadOnlyList<SessionMessage>? messages) =>
        messages?.Sum(message => (long)JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Options).Length) ?? 0;

    /// <summary>Takes room for the copy of a session; of one that is not there, others say so.</summary>
    /// <exception cref="QuotaExceededException">There is none.</exception>
    public async Task TakeCopyAsync(string tenant, Guid session, CancellationToken cancellation)
    {
        if (await sessions.BytesAsync(tenant, session, cancellation) is { } bytes) await TakeAsync(tenant, 1, bytes, cancellation);
    }

    private sealed class Look
    {
        private readonly Lock guard = new();
        private StoredAmount has = new(0, 0);
        private long? at;

        public bool IsOlderThan(TimeSpan age, TimeProvider time)
        {
            lock (guard) return at is not { } looked || time.GetElapsedTime(looked) >= age;
        }

        public async Task AtAsync(Func<Task<StoredAmount>> look, TimeProvider time)
        {
            var began = time.GetTimestamp();
            var found = await look();
            lock (guard) (has, at) = (found, began);
        }

        public void Take(string tenant, Quota quota, long more, long moreBytes)
        {
            lock (guard)
            {
                quota.Check(tenant, has, more, moreBytes);
                has = new(has.Count + more, has.Bytes + moreBytes);
            }
        }
    }
}
