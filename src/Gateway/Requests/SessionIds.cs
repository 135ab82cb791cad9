using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Persistence.Sessions;

namespace Millrace.Gateway.Requests;

/// <summary>
/// The ids of sessions that callers choose, and those that follow from an <c>Idempotency-Key</c>. The latter can be computed by everybody, so nobody may take
/// them as an id of one's own.
/// </summary>
internal sealed class SessionIds(SessionStore sessions, TimeProvider time)
{
    /// <summary>How many ids of a key can be another tenant's before the caller is told so. Not one can be taken here; on the broker all can.</summary>
    private const int MostTaken = 8;

    /// <summary>An id that the caller has chosen: of version 5 only if it is a session of the caller's tenant.</summary>
    /// <exception cref="FaultException">It is of version 5, and no session of the tenant.</exception>
    public async Task<Guid?> ChosenAsync(HttpContext http, Guid? id, string param)
    {
        if (id is { Version: 5 } named && await sessions.OwnerAsync(named, http.RequestAborted) != http.Caller().Tenant)
            throw IdempotencyKey.Reserved(param, "Name a session that there is, or choose one of version 4 or 7");
        return id;
    }

    /// <summary>The id for a new session: the key's, or a new one; and whether the tenant has it already.</summary>
    /// <exception cref="FaultException">All ids of the key are another tenant's.</exception>
    public async Task<(Guid Id, bool IsThere)> ForNewAsync(HttpContext http)
    {
        if (!IdempotencyKey.IsGiven(http)) return (Guid.CreateVersion7(time.GetUtcNow()), false);
        for (var taken = 0; taken < MostTaken; taken++)
        {
            var id = IdempotencyKey.IdFor(http, taken == 0 ? "session" : $"session~{taken}", time);
            var owner = await sessions.OwnerAsync(id, http.RequestAborted);
            if (owner is null || owner == http.Caller().Tenant) return (id, owner is not null);
        }
        throw new FaultException(new(409, "exists", $"The sessions of this {IdempotencyKey.Header} exist already, of another tenant. Use another key."));
    }

    /// <summary>The same for one whose id the caller may have chosen.</summary>
    /// <exception cref="FaultException">Its id may not be chosen, or all ids of the key are another tenant's.</exception>
    public async Task<(Guid Id, bool IsThere)> ForNewAsync(HttpContext http, Guid? chosen, string param) => await ChosenAsync(http, chosen, param) is { } id
        ? (id, await sessions.OwnerAsync(id, http.RequestAborted) == http.Caller().Tenant)
        : await ForNewAsync(http);
}
